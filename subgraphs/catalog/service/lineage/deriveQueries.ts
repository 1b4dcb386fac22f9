import type { SourceSession } from '../../../../connectors/connector.ts';
import { record } from '../../../../kernel/audit/record.ts';
import { canonicalName, identifierRule } from '../../../../kernel/identifier.ts';
import type { Evidence } from '../../domain/lineage/edge.ts';
import type { QueryReport, SeenStatement } from '../../domain/lineage/statement.ts';
import { addUsage } from '../../store/datasetUsage.ts';
import { lastQueriesRead, saveQueryReport } from '../../store/queryReports.ts';
import {
  countOutcomes,
  countRuns,
  forgetStatements,
  knownStatements,
  saveStatements,
  tablesByCanonical,
  type KnownStatement,
} from '../../store/queryStatements.ts';
import { analyzeBlind, analyzeKnown, type StatementFinding } from './analyzeStatement.ts';
import type { Deriving } from './deriveViews.ts';
import { readQueries, type ReadQueries } from './readQueries.ts';
import { recordEvidence } from './recordEvidence.ts';

export interface DerivingQueries extends Deriving {
  readonly crawl: { readonly id: string };
  readonly session: SourceSession;
  /** Containers of the source by canonical name. */
  readonly containers: ReadonlyMap<string, unknown>;
}

/** Statements that are analysed and stored in one transaction. */
const BATCH = 16;
/** Statements that are looked up at once. */
const LOOKUP = 500;
/** Statements whose runs are counted in one transaction, each with all its edges. */
const COUNTED = 100;
/** How long a statement that says nothing of lineage is remembered after the engine forgot it. */
const FORGET_DAYS = 30;

/**
 * Derives lineage and usage from what was run at a source. A statement is analysed when it is new, or when its names stand for
 * something else than before. One that the engine has forgotten keeps its edges: engines forget what is rare, not what is over.
 */
export async function deriveQueries(deriving: DerivingQueries): Promise<void> {
  const { session, source, containers, signal, db, crawl } = deriving;
  if (session.queries === undefined) return;
  const rule = identifierRule(source.platform);
  const queries = session.queries.bind(session);
  const read = await readQueries({ queries }, (path) => containers.has(canonicalName(rule, path)), signal);
  const known = await inParts(read.seen, (part) => knownStatements(db, source.id, session.namespace, part.map(fingerprint)));
  const before = new Map(known.map((statement) => [statement.fingerprint, statement]));
  const fresh = read.seen.filter((seen) => before.get(seen.fingerprint)?.isStale !== false);
  for (let i = 0; i < fresh.length; i += BATCH) await analyzePart(deriving, fresh.slice(i, i + BATCH), before);
  const countedFrom = (await lastQueriesRead(db, source.id, crawl.id)) ?? read.receipt.since;
  const report = await reportOf(deriving, read, fresh.length);
  await deriving.inCrawl((tx) => saveQueryReport(tx, crawl.id, report, countedFrom));
  if (read.receipt.readable) await count(deriving, read.seen);
}

const fingerprint = (seen: SeenStatement): string => seen.fingerprint;

async function inParts<T>(
  seen: readonly SeenStatement[],
  ask: (part: readonly SeenStatement[]) => Promise<readonly T[]>,
): Promise<readonly T[]> {
  const answers: T[] = [];
  for (let i = 0; i < seen.length; i += LOOKUP) answers.push(...(await ask(seen.slice(i, i + LOOKUP))));
  return answers;
}

async function analyzePart(
  deriving: DerivingQueries,
  part: readonly SeenStatement[],
  before: ReadonlyMap<string, KnownStatement>,
): Promise<void> {
  const { analyze, source, session, signal, db } = deriving;
  signal.throwIfAborted();
  const where = { analyze, platform: source.platform, namespace: session.namespace };
  const blind = await Promise.all(part.map((seen) => analyzeBlind(where, seen, signal)));
  const tables = await tablesByCanonical(db, where.namespace, [...new Set(blind.flatMap(({ names }) => names))]);
  const known = new Map(tables.map((table) => [table.canonical, table]));
  const all = await Promise.all(blind.map((statement) => analyzeKnown(where, statement, known, signal)));
  // A parser that had no time this once says nothing against what it found before.
  const findings = all.filter(({ analyzed: { seen, isTransient } }) => !isTransient || !before.has(seen.fingerprint));
  await deriving.inCrawl(async (tx) => {
    const pieces = findings.filter(
      ({ analyzed, claims }) => claims.length > 0 || before.get(analyzed.seen.fingerprint)?.outcome === 'moves',
    );
    if (pieces.length > 0)
      await recordEvidence(
        tx,
        deriving.origin,
        pieces.map((finding) => evidenceOf(source.id, finding, before.get(finding.analyzed.seen.fingerprint))),
      );
    await saveStatements(
      tx,
      source.id,
      where.namespace,
      findings.map(({ analyzed }) => analyzed),
    );
  });
}

/** How often it ran and when last is brought up to date where runs are counted. */
function evidenceOf(
  sourceId: string,
  { analyzed: { seen, coverage }, claims, dialect }: StatementFinding,
  known: KnownStatement | undefined,
): Evidence {
  const { text, calls, rows, totalMs } = seen;
  const lastSeenAt = seen.lastSeenAt ?? known?.lastSeenAt ?? null;
  const detail = { text, dialect, coverage, calls, rows, totalMs, lastSeenAt };
  return { key: `query/${sourceId}/${seen.fingerprint}`, origin: 'QUERY', detail, claims };
}

async function reportOf({ db, source }: DerivingQueries, read: ReadQueries, analyzed: number): Promise<QueryReport> {
  const { seen, unsafe, receipt } = read;
  const counts = await inParts(seen, (part) => countOutcomes(db, source.id, part.map(fingerprint)));
  const of = (wanted: string): number =>
    counts.filter(({ outcome }) => outcome === wanted).reduce((sum, { count: n }) => sum + n, 0);
  return {
    readable: receipt.readable,
    listed: seen.length,
    analyzed,
    moving: of('moves'),
    touching: of('touches'),
    foreignOnly: of('foreign'),
    unread: of('unread'),
    withheld: receipt.withheld + unsafe,
    beyond: receipt.beyond,
    notes: receipt.notes,
  };
}

/** Takes the engine's counters over; what they grew by is usage of the datasets that the statements read and write. */
async function count(deriving: DerivingQueries, seen: readonly SeenStatement[]): Promise<void> {
  const { source, crawl, signal } = deriving;
  for (let i = 0; i < seen.length; i += COUNTED) {
    signal.throwIfAborted();
    await deriving.inCrawl(async (tx) => {
      const usage = await countRuns(tx, source.id, seen.slice(i, i + COUNTED));
      if (usage.length === 0) return;
      await addUsage(tx, crawl.id, usage);
      await record(tx, deriving.origin, [
        {
          action: 'catalog.dataset.measured.v1',
          subject: { type: 'Crawl', id: crawl.id, digest: null },
          aggregateId: crawl.id,
          fields: ['usage'],
          detail: { datasets: usage.length },
          payload: { crawlId: crawl.id, datasets: usage.length },
        },
      ]);
    });
  }
  await deriving.inCrawl((tx) => forgetStatements(tx, source.id, seen.map(fingerprint), FORGET_DAYS));
}
