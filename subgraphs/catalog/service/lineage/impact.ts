import { createHash } from 'node:crypto';
import { readPage, toConnection, type Connection, type PageArgs } from '../../../../kernel/page.ts';
import { notFound } from '../../../../kernel/fault.ts';
import type { Context } from '../../context.ts';
import type { Asset, No } from '../../domain/asset.ts';
import { affectedBy, type Affected, type ImpactEdge, type SchemaChange } from '../../domain/lineage/affected.ts';
import { type Truncation, walk } from '../../domain/lineage/walk.ts';
import { edgeKinds } from '../../store/lineageEdges.ts';
import { toldMark } from '../../store/lineageGraph.ts';
import { affectedDashboards } from './affectedDashboards.ts';
import { DEPTH_MAX } from './lineageArgs.ts';
import { indexFor } from './lineageGraph.ts';
import { namedAssets } from './starts.ts';
import { walkRules } from './walkRules.ts';

export interface Impact {
  readonly affected: readonly Affected[];
  readonly truncation: readonly Truncation[];
}

export interface AffectedOwner {
  readonly principalId: string;
  readonly count: number;
}

/** Wide enough that a hub with a hundred thousand dependents is answered whole. */
const WALK = { depth: DEPTH_MAX, nodesMax: 200_000, edgesMax: 1_000_000 };
const WALK_MS = 10_000;
const OWNERS_MAX = 100;

/** How many affected assets are kept for next pages, of all results together; each takes about 100 bytes. */
export const IMPACTS_KEPT = 400_000;

/**
 * Everything downstream of what somebody wants to change, and what happens to it. A result is kept while nothing changes, for
 * the next pages of whoever has the same rights.
 */
export async function impact(context: Context, urn: string, change: SchemaChange): Promise<Impact> {
  const [asset] = await namedAssets(context, [urn]);
  if (asset === undefined) throw notFound(urn);
  if (context.request.asOf !== null) return findImpact(context, asset, change);
  await context.memory.refresh();
  const { seq, isStill } = await toldMark(context.kernel.db);
  const rights = createHash('sha256')
    .update(await context.visible())
    .digest('base64');
  const key = [seq, context.memory.version, asset.no, change, rights].join(' ');
  const kept = context.impacts.get(key);
  if (kept !== undefined) return kept;
  const found = await findImpact(context, asset, change);
  // What commits out of turn would not be told from what was there before.
  if (isStill && !found.truncation.includes('TIME')) context.impacts.keep(key, found, found.affected.length);
  return found;
}

async function findImpact(context: Context, asset: Asset, change: SchemaChange): Promise<Impact> {
  const isColumn = asset.__typename === 'Column';
  const { index } = await indexFor(context, { level: isColumn ? 1 : 0, minConfidence: 0, indirect: true });
  const bounds = { ...WALK, deadline: AbortSignal.timeout(WALK_MS) };
  const ahead = index.reach?.([asset.no], 'DOWNSTREAM', bounds.depth, bounds.nodesMax) ?? [];
  const rules = await walkRules(context, isColumn ? 'COLUMN' : 'DATASET', {}, ahead);
  const found = await walk(index, [asset.no], 'DOWNSTREAM', bounds, rules);
  const kinds = await edgeKinds(
    context.kernel.db,
    found.edges.map(({ id }) => id),
  );
  const edges = found.edges.flatMap((edge): readonly ImpactEdge[] => {
    const kind = kinds.get(edge.id);
    return kind === undefined ? [] : [{ ...edge, ...kind }];
  });
  const affected = affectedBy(asset.no, change, edges, found);
  const shown = isColumn ? await affectedDashboards(context, [{ no: asset.no, degree: 0 }, ...affected]) : [];
  return {
    affected: [...affected, ...shown].toSorted((a, b) => a.degree - b.degree),
    truncation: [...found.truncation],
  };
}

interface Counted {
  readonly totalCount: { readonly value: number; readonly exact: boolean };
}

export function affectedConnection({ affected }: Impact, args: PageArgs): Connection<Affected> & Counted {
  const page = readPage(args, 'affected', 100);
  const from = page.after === null ? 0 : affected.findIndex(({ no }) => no === String(page.after?.[0])) + 1;
  const totalCount = { value: affected.length, exact: true };
  return { ...toConnection(affected.slice(from, from + page.first + 1), page, ({ no }) => [no]), totalCount };
}

/** Whom to ask, by how much of theirs is affected: accountable owners, or technical ones where there are none. */
export async function affectedOwners(context: Context, { affected }: Impact): Promise<readonly AffectedOwner[]> {
  const counts = new Map<string, number>();
  const load = async (no: No) => (await context.reader.asset(no)) ?? context.reader.column(no);
  for (const asset of await Promise.all(affected.map(({ no }) => load(no)))) {
    if (asset === null) continue;
    const owners = await context.reader.owners(asset);
    const accountable = owners.filter(({ role }) => role !== 'TECHNICAL');
    for (const id of new Set((accountable.length > 0 ? accountable : owners).map(({ principalId }) => principalId))) {
      counts.set(id, (counts.get(id) ?? 0) + 1);
    }
  }
  return [...counts]
    .map(([principalId, count]) => ({ principalId, count }))
    .toSorted((a, b) => b.count - a.count || (a.principalId < b.principalId ? -1 : 1))
    .slice(0, OWNERS_MAX);
}
