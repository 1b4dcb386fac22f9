import type { Queryable } from '../../../kernel/db/database.ts';
import type { No } from '../domain/asset.ts';

const TARGETS_MAX = 1_000;

/** The datasets whose lineage a piece of evidence states now, at most 1,000. */
export async function evidenceTargets(db: Queryable, evidenceKey: string): Promise<readonly No[]> {
  const rows = await db.query<{ no: No }>(
    `select distinct coalesce(c.dataset_no, e.target_no)::text as no
     from catalog.lineage_edge e left join catalog.asset_column c on c.no = e.target_no
     where e.evidence_key = $1 and e.recorded_to = 'infinity' limit ${TARGETS_MAX}`,
    [evidenceKey],
    'catalog_evidence_targets',
  );
  return rows.map(({ no }) => no);
}
