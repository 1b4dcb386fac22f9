import type { LineageRequest } from '../../../../lineage/request.ts';
import type { LineageResult, StatementLineage, TableId } from '../../../../lineage/model/model.ts';
import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Database, Tx } from '../../../../kernel/db/database.ts';
import { canonicalize, canonicalName, identifierRule } from '../../../../kernel/identifier.ts';
import type { No } from '../../domain/asset.ts';
import type { Evidence } from '../../domain/lineage/edge.ts';
import { viewClaims, type ViewFlow } from '../../domain/lineage/viewClaims.ts';
import { findDatasets } from '../../store/lineageEnds.ts';
import { columnNamesOf, saveDerivation, staleViews, type Derivation, type StaleView } from '../../store/viewDerivations.ts';
import { markViewsSeen } from '../../store/evidenceSeen.ts';
import { recordEvidence } from './recordEvidence.ts';

/** Reads SQL; given by the composition root, because it keeps parsers in threads. */
export type Analyze = (request: LineageRequest) => Promise<LineageResult>;

export interface Deriving {
  readonly db: Database;
  readonly analyze: Analyze;
  readonly source: { readonly id: string; readonly platform: string };
  readonly origin: Origin;
  readonly signal: AbortSignal;
  /** Runs a transaction of the crawl that this belongs to. */
  readonly inCrawl: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>;
}

const BATCH = 16;

/**
 * Derives the lineage of a source's views: of those that are new, whose definition changed, or whose sources got other columns.
 * A view that cannot be read keeps no edges and says why.
 */
export async function deriveViews(deriving: Deriving): Promise<void> {
  for (let after = '0'; ;) {
    deriving.signal.throwIfAborted();
    const views = await staleViews(deriving.db, deriving.source.id, after, BATCH);
    if (views.length === 0) break;
    const derived: Derived[] = [];
    for (const view of views) derived.push(await derive(deriving, view));
    await deriving.inCrawl(async (tx) => {
      await recordEvidence(
        tx,
        deriving.origin,
        derived.map(({ evidence }) => evidence),
      );
      for (const { derivation } of derived)
        await saveDerivation(tx, { ...derivation, reads: await numbersOf(tx, deriving, derivation) });
    });
    after = views.at(-1)?.no ?? after;
  }
  await deriving.inCrawl((tx) => markViewsSeen(tx, deriving.source.id));
}

interface Derived {
  readonly evidence: Evidence;
  readonly derivation: Omit<Derivation, 'reads'> & { readonly namespace: string; readonly names: readonly string[] };
}

async function derive(deriving: Deriving, view: StaleView): Promise<Derived> {
  const request = requestFor(deriving.source.platform, view);
  const blind = await deriving.analyze(request);
  const tables = await knownTables(deriving, view.namespace, readsOf(blind));
  const result = tables.length === 0 ? blind : await deriving.analyze({ ...request, schema: tables });
  const statement = result.statements.find(({ writes }) => writes.length > 0);
  const rule = identifierRule(deriving.source.platform);
  const flows = statement === undefined ? [] : flowsOf(statement, (table) => canonicalName(rule, table.parts));
  const problem = statement === undefined ? (result.problems[0]?.message ?? 'The definition was not understood.') : null;
  return {
    evidence: {
      key: `view/${view.id}`,
      origin: 'VIEW',
      detail: { definition: view.definition, dialect: result.dialect, coverage: result.coverage, problem },
      claims: viewClaims(view, flows),
    },
    derivation: {
      no: view.no,
      contentDigest: view.contentDigest,
      namespace: view.namespace,
      names: readsOf(result).map((table) => canonicalName(rule, table.parts)),
      coverage: statement === undefined ? null : statement.coverage,
      problem,
    },
  };
}

/** The view as the statement that makes it; its names are quoted, so that nothing in them is read as SQL. */
function requestFor(platform: string, view: StaleView): LineageRequest {
  const quote =
    platform === 'mysql'
      ? (part: string) => `\`${part.replaceAll('`', '``')}\``
      : (part: string) => `"${part.replaceAll('"', '""')}"`;
  const [defaultSchema, defaultDatabase] = view.path.slice(0, -1).toReversed();
  return {
    dialect: platform,
    sql: `create view ${view.path.map(quote).join('.')} as ${view.definition}`,
    ...(defaultSchema === undefined ? {} : { defaultSchema }),
    ...(defaultDatabase === undefined ? {} : { defaultDatabase }),
  };
}

const readsOf = (result: LineageResult): readonly TableId[] => [
  ...new Map(result.statements.flatMap(({ reads }) => reads).map((table) => [table.key, table])).values(),
];

/** The tables that a view reads, with their columns, as far as the catalog has them. */
async function knownTables(
  { db, source }: Deriving,
  namespace: string,
  tables: readonly TableId[],
): Promise<readonly (readonly [string, readonly string[]])[]> {
  const rule = identifierRule(source.platform);
  const names = tables.map((table) => {
    const name = canonicalName(rule, table.parts);
    return { namespace, name, canonical: canonicalize(rule, name) };
  });
  const found = await findDatasets(db, names);
  const columns = await columnNamesOf(
    db,
    found.map(({ no }) => no),
  );
  return found.map(({ no, name }) => [name, columns.get(no) ?? []]);
}

async function numbersOf(tx: Tx, { source }: Deriving, { namespace, names }: Derived['derivation']): Promise<readonly No[]> {
  const rule = identifierRule(source.platform);
  const found = await findDatasets(
    tx,
    names.map((name) => ({ namespace, name, canonical: canonicalize(rule, name) })),
  );
  return found.map(({ no }) => no);
}

function flowsOf(statement: StatementLineage, nameOf: (table: TableId) => string): readonly ViewFlow[] {
  const outputs = statement.edges.map((edge): ViewFlow => ({
    source: edge.table === null || edge.column === '*' ? null : { name: nameOf(edge.table), column: edge.column },
    position: edge.position,
    kind: edge.kind,
    expression: edge.text,
    confidence: edge.confidence,
    reasons: edge.reasons,
    masking: edge.masking,
  }));
  const influences = statement.influences.map((flow): ViewFlow => ({
    source: flow.table === null || flow.column === '*' ? null : { name: nameOf(flow.table), column: flow.column },
    position: null,
    kind: flow.kind,
    expression: null,
    confidence: flow.confidence,
    reasons: flow.reasons,
    masking: false,
  }));
  return [...outputs, ...influences];
}
