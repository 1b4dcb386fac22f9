import type { Queryable } from '../../../kernel/db/database.ts';
import type { AssetState, No } from '../domain/asset.ts';
import type { Instant } from '../../../kernel/time.ts';

/** What the diff of a crawl needs to know of an asset. */
export interface KnownAsset {
  readonly no: No;
  readonly id: string;
  readonly kind: 'container' | 'dataset';
  readonly canonical: string;
  readonly state: AssetState;
  readonly missingSince: Instant | null;
  readonly contentDigest: string;
  readonly scope: readonly string[];
  readonly rowCountEstimate: string | null;
  readonly sizeBytes: string | null;
}

const SELECT = `select a.no, a.id, a.kind, a.canonical, a.state, a.missing_since as "missingSince",
    a.content_digest as "contentDigest", a.scope, m.row_count_estimate as "rowCountEstimate", m.size_bytes as "sizeBytes"
  from catalog.asset a left join lateral (
    select row_count_estimate, size_bytes from catalog.measurement m
    where m.dataset_no = a.no order by m.recorded_at desc limit 1) m on a.kind = 'dataset'`;

/** Everything that is known of one scope of a source. */
export const knownInScope = (db: Queryable, sourceId: string, scope: readonly string[]): Promise<readonly KnownAsset[]> =>
  db.query<KnownAsset>(
    `${SELECT} where a.source_id = $1 and hash_array_extended(a.scope, 0) = hash_array_extended($2::text[], 0) and a.scope = $2 and a.state <> 'removed' order by a.no`,
    [sourceId, scope],
    'catalog_known_in_scope',
  );

/** Assets with these natural names, whichever source or scope they were crawled from; locked until the transaction ends. */
export const lockByName = (
  db: Queryable,
  namespace: string,
  names: readonly { readonly kind: string; readonly canonical: string }[],
): Promise<readonly KnownAsset[]> =>
  db.query<KnownAsset>(
    `${SELECT} join json_to_recordset($2) as n(kind text, canonical text)
       on a.namespace = $1 and a.kind = n.kind and md5(a.canonical) = md5(n.canonical) and a.canonical = n.canonical
     order by a.no for update of a`,
    [namespace, JSON.stringify(names)],
    'catalog_lock_by_name',
  );

/** What is known and not removed in these containers, at any depth. */
export const knownUnder = (db: Queryable, containerNos: readonly No[]): Promise<readonly KnownAsset[]> =>
  db.query<KnownAsset>(
    `with recursive under as (
       select no from catalog.asset where parent_no = any($1::bigint[])
       union
       select child.no from catalog.asset child join under on child.parent_no = under.no)
     ${SELECT} where a.no in (select no from under) and a.state <> 'removed' order by a.no`,
    [containerNos],
    'catalog_known_under',
  );

/** How many assets of a source are present. */
export async function countPresent(db: Queryable, sourceId: string): Promise<number> {
  const [row] = await db.query<{ present: number }>(
    `select count(*)::int as present from catalog.asset where source_id = $1 and state = 'present'`,
    [sourceId],
    'catalog_count_present',
  );
  return row?.present ?? 0;
}

/** Containers of a source by canonical name, for the parents of what lies in them. */
export async function containerNumbers(db: Queryable, sourceId: string): Promise<Map<string, No>> {
  const rows = await db.query<{ canonical: string; no: No }>(
    `select canonical, no from catalog.asset where source_id = $1 and kind = 'container'`,
    [sourceId],
    'catalog_container_numbers',
  );
  return new Map(rows.map((row) => [row.canonical, row.no]));
}
