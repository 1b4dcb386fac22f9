import type { Origin } from '../../../../kernel/audit/append.ts';
import { record, type Recorded } from '../../../../kernel/audit/record.ts';
import { digestOf } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { canonicalize, identifierRule } from '../../../../kernel/identifier.ts';
import { newId } from '../../../../kernel/ids.ts';
import { toMs } from '../../../../kernel/time.ts';
import type { No } from '../../domain/asset.ts';
import type { EdgeRow } from '../../domain/lineage/edge.ts';
import { EDGE_FIELDS, edgesDigest } from '../../domain/lineage/edgesDigest.ts';
import { NO_FACTS } from '../../domain/native.ts';
import { composeSnapshots } from '../../store/composeSnapshots.ts';
import {
  type DashboardRow,
  type FoundDashboard,
  lockDashboards,
  removeDashboards,
  stateDashboards,
  unstateDashboards,
  upsertDashboards,
} from '../../store/dashboards.ts';
import { replaceEdges } from '../../store/lineageEdges.ts';
import { versionDigests } from '../../store/ruleCuration.ts';
import { taken, takeNumbers } from '../../store/writeAssets.ts';
import type { StatementRow } from '../../store/writeQuality.ts';
import { commitAssets } from '../commitAssets.ts';
import { applyRules } from '../metadata/applyRules.ts';
import type { FoundEnds } from './findEnds.ts';
import type { ToldDashboard } from './told.ts';

/** A dashboard with the row that it is to have. */
interface Placed {
  readonly told: ToldDashboard;
  readonly row: DashboardRow;
  readonly before: FoundDashboard | undefined;
}

/** Makes dashboards, brings known ones up to date, and says from which datasets their data comes. @returns how many are different now */
export async function applyDashboards(
  tx: Tx,
  origin: Origin,
  said: StatementRow,
  dashboards: readonly ToldDashboard[],
  ends: FoundEnds,
): Promise<number> {
  if (dashboards.length === 0) return 0;
  const placed = await place(tx, dashboards);
  await upsertDashboards(
    tx,
    placed.map(({ row }) => row),
  );
  await applyRules(
    tx,
    origin,
    said.producer,
    placed.map(({ told, row }) => ({
      no: row.no,
      description: told.description,
      owners: told.owners,
      tags: told.tags,
      parts: [],
    })),
  );
  await stateDashboards(
    tx,
    placed.map(({ row }) => row.no),
    said,
  );
  const changed = await commitDifferent(tx, origin, said, placed);
  await tellLineage(tx, origin, said, placed, ends);
  return changed;
}

/** Takes out of service what a complete statement does not have any more, unless another statement has it. */
export async function endDashboardsNotIn(tx: Tx, origin: Origin, said: StatementRow): Promise<number> {
  const dropped = await unstateDashboards(tx, said);
  if (dropped.length === 0) return 0;
  const pieces = dropped.map(({ id }) => ({ key: evidenceKey(id, said), origin: 'DBT' as const, detail: {}, edges: [] }));
  await recordEdges(tx, origin, said, pieces);
  const gone = dropped.filter(({ isGone }) => isGone).map(({ no }) => no);
  await removeDashboards(tx, gone);
  if (gone.length > 0)
    await commitAssets(
      tx,
      origin,
      gone.map((no) => ({
        no,
        action: 'catalog.asset.removed.v1',
        fields: ['state'],
        detail: { because: 'not stated any more', producer: said.producer },
        payload: { kind: 'dashboard' },
      })),
    );
  return gone.length;
}

async function place(tx: Tx, dashboards: readonly ToldDashboard[]): Promise<readonly Placed[]> {
  const named = dashboards.map((told) => {
    const platform = platformOf(told.namespace);
    return { told, platform, namespace: told.namespace, canonical: canonicalize(identifierRule(platform), told.name) };
  });
  const distinct = new Map(named.map((one) => [nameKey(one), one]));
  const found = new Map((await lockDashboards(tx, [...distinct.values()])).map((one) => [nameKey(one), one]));
  const numbers = (await takeNumbers(tx, distinct.size - found.size)).values();
  return [...distinct].map(([key, { told, platform, namespace, canonical }]) => {
    const before = found.get(key);
    const { name, label, subtype, url, maturity } = told;
    const row = {
      no: before?.no ?? taken(numbers),
      id: before?.id ?? newId('asset', toMs(tx.now)),
      namespace,
      canonical,
      name,
      simple_name: label ?? name.split('.').at(-1) ?? name,
      platform,
      subtype,
      native: { ...NO_FACTS, dashboard: { url, maturity } },
    };
    return { told, row, before };
  });
}

/** `dbt://shop` says what it is. */
const platformOf = (namespace: string): string => /^([a-z0-9]+)(?=:\/\/|$)/.exec(namespace)?.[1] ?? 'unknown';

const nameKey = ({ namespace, canonical }: { readonly namespace: string; readonly canonical: string }): string =>
  JSON.stringify([namespace, canonical]);

/** Only what is different from its version in force gets a new one. */
async function commitDifferent(tx: Tx, origin: Origin, { producer }: StatementRow, placed: readonly Placed[]): Promise<number> {
  const nos = placed.map(({ row }) => row.no);
  const before = await versionDigests(tx, nos);
  const different = new Set<No>(
    (await composeSnapshots(tx, nos)).filter((body) => before.get(body.no) !== digestOf(body)).map(({ no }) => no),
  );
  if (different.size === 0) return 0;
  const columns = { added: [], changed: [], removed: [] };
  await commitAssets(
    tx,
    origin,
    placed
      .filter(({ row }) => different.has(row.no))
      .map(({ row, before: known }) => ({
        no: row.no,
        action: `catalog.asset.${known === undefined ? 'added' : known.state === 'present' ? 'changed' : 'returned'}.v1`,
        fields: ['content', 'description', 'owners', 'tags'],
        detail: { producer },
        payload: { kind: 'dashboard', columns },
      })),
  );
  return different.size;
}

/** One piece of evidence a dashboard and warehouse, so that the same project in two of them keeps both. */
const evidenceKey = (id: string, { namespace }: StatementRow): string => `dashboard/${id}/${digestOf(namespace).slice(7, 23)}`;

async function tellLineage(
  tx: Tx,
  origin: Origin,
  said: StatementRow,
  placed: readonly Placed[],
  ends: FoundEnds,
): Promise<void> {
  const pieces = placed.map(({ told, row }) => {
    const sources = new Set(told.reads.map((end) => ends.datasetOf(end)).filter((no) => no !== null));
    return {
      key: evidenceKey(row.id, said),
      origin: said.tool === 'dbt' ? ('DBT' as const) : ('QUERY' as const),
      detail: { producer: said.producer, dashboard: told.name, namespace: said.namespace },
      edges: [...sources].map((no): EdgeRow => ({ ...READS, source_no: no, target_no: row.no })),
    };
  });
  await recordEdges(tx, origin, said, pieces);
}

const READS = {
  level: 0,
  type: 'DIRECT',
  subtype: 'TRANSFORMATION',
  expression: null,
  confidence: 1,
  reasons: [],
  masking: false,
} as const;

async function recordEdges(
  tx: Tx,
  origin: Origin,
  { producer }: StatementRow,
  pieces: Parameters<typeof replaceEdges>[1],
): Promise<void> {
  const changed = await replaceEdges(tx, pieces);
  const happenings = pieces.flatMap(({ key, edges }, i): readonly Recorded[] => {
    const { opened = 0, closed = 0 } = changed[i] ?? {};
    if (opened + closed === 0) return [];
    return [
      {
        action: 'catalog.lineage.recorded.v1',
        subject: { type: 'Evidence', id: key, digest: edgesDigest(key, edges) },
        aggregateId: key,
        fields: EDGE_FIELDS,
        detail: { origin: 'DBT', producer, opened, closed },
        payload: { evidenceKey: key, opened, closed },
      },
    ];
  });
  await record(tx, origin, happenings);
}
