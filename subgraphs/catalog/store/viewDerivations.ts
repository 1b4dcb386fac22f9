import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import type { No } from '../domain/asset.ts';

/** A view whose edges are not derived from its present definition, or whose sources have changed since. */
export interface StaleView {
  readonly no: No;
  readonly id: string;
  readonly name: string;
  readonly namespace: string;
  readonly path: readonly string[];
  readonly definition: string;
  readonly contentDigest: string;
  readonly columns: readonly string[];
}

const READS_DIGEST = `(select md5(coalesce(string_agg(r.no || ':' || r.content_digest, ',' order by r.no), ''))
    from catalog.asset r where r.no = any(%))`;

/** Views of a source to derive lineage of, in the order of their numbers, after one. */
export const staleViews = (db: Queryable, sourceId: string, after: No, count: number): Promise<readonly StaleView[]> =>
  db.query<StaleView>(
    `select a.no, a.id, a.name, a.namespace, a.scope || a.simple_name as path, a.native->>'definition' as definition,
       a.content_digest as "contentDigest",
       coalesce((select array_agg(c.name order by c.ordinal) from catalog.asset_column c where c.dataset_no = a.no and c.state = 'present'), '{}') as columns
     from catalog.asset a left join catalog.view_derivation d on d.asset_no = a.no
     where a.source_id = $1 and a.kind = 'dataset' and a.state = 'present' and a.native->>'definition' is not null and a.no > $2
       and (d.asset_no is null or d.content_digest <> a.content_digest or d.reads_digest <> ${READS_DIGEST.replace('%', 'd.reads')})
     order by a.no limit $3`,
    [sourceId, after, count],
    'catalog_stale_views',
  );

export interface Derivation {
  readonly no: No;
  readonly contentDigest: string;
  readonly reads: readonly No[];
  readonly coverage: { readonly references: number; readonly resolved: number } | null;
  readonly problem: string | null;
}

export async function saveDerivation(tx: Tx, derivation: Derivation): Promise<void> {
  const { no, contentDigest, reads, coverage, problem } = derivation;
  await tx.query(
    `insert into catalog.view_derivation (asset_no, content_digest, reads, reads_digest, resolved, "references", problem, recorded_at)
     values ($1, $2, $3::bigint[], ${READS_DIGEST.replace('%', '$3::bigint[]')}, $4, $5, $6, $7)
     on conflict (asset_no) do update set content_digest = excluded.content_digest, reads = excluded.reads,
       reads_digest = excluded.reads_digest, resolved = excluded.resolved, "references" = excluded."references",
       problem = excluded.problem, recorded_at = excluded.recorded_at`,
    [no, contentDigest, reads, coverage?.resolved ?? null, coverage?.references ?? null, problem, tx.now],
    'catalog_save_derivation',
  );
}

/** Columns in service of datasets, in their order. */
export async function columnNamesOf(db: Queryable, datasetNos: readonly No[]): Promise<ReadonlyMap<No, readonly string[]>> {
  const rows = await db.query<{ no: No; columns: readonly string[] }>(
    `select dataset_no as no, array_agg(name order by ordinal) as columns from catalog.asset_column
     where dataset_no = any($1::bigint[]) and state = 'present' group by dataset_no`,
    [datasetNos],
    'catalog_column_names_of',
  );
  return new Map(rows.map((row) => [row.no, row.columns]));
}
