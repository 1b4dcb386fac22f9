import type { Queryable } from '../../../../kernel/db/database.ts';
import type { Bitmap } from '../../../../kernel/policy/visible.ts';
import type { Instant } from '../../../../kernel/time.ts';
import { heldAt } from './bindings.ts';

/** Of stage bindings `b` those of models that the caller may see; the bitmap is $1. What was used stays known when it is deleted. */
const SEEN = 'join kernel.resource r on r.no = b.model_no and kernel.may_see($1, r.acl_id)';

const named = (name: string, at: Instant | null): string => (at === null ? name : `${name}_at`);

export interface UsePage {
  readonly from: Instant | null;
  readonly to: Instant | null;
  /** Sequence of the last binding of the page before. */
  readonly before: string | null;
  readonly count: number;
}

export interface UseRow {
  readonly seq: string;
  /** Of the stage binding. */
  readonly bindingId: string;
  readonly features: readonly string[];
}

/** Stage bindings of versions that use a column, as far as they reach into a period, the latest first. */
export const columnUses = (
  db: Queryable,
  bitmap: Bitmap,
  columnId: string,
  { from, to, before, count }: UsePage,
  at: Instant | null,
): Promise<readonly UseRow[]> =>
  db.query(
    `select b.seq::text as seq, b.id as "bindingId", used.features
     from (
       select f.version_id, array_agg(distinct f.feature order by f.feature) as features from registry.feature_binding f
       where f.column_id = $3 and f.state = 'CONFIRMED' and ${heldAt(at, '$2')} group by f.version_id
     ) used
     join registry.stage_binding b on b.version_id = used.version_id ${SEEN}
     where b.bound_from <= $2 and b.bound_from < $5 and (b.bound_to is null or b.bound_to > $4) and b.seq < $6::bigint
     order by b.seq desc limit $7`,
    [bitmap, at ?? 'infinity', columnId, from ?? '-infinity', to ?? 'infinity', before ?? '9223372036854775807', count],
    named('registry_column_uses', at),
  );

export interface UsedColumn {
  readonly columnId: string;
  readonly datasetId: string;
  readonly feature: string;
}

export interface StageUseRow {
  /** Of the stage binding. */
  readonly bindingId: string;
  readonly links: readonly UsedColumn[];
}

export interface Reach {
  readonly columnIds: readonly string[];
  /** Datasets that stand for their columns. */
  readonly datasetIds: readonly string[];
  readonly stage: string;
  readonly count: number;
}

/** What is in a stage now, or was at a moment, and uses one of the columns. */
export const usesInStage = (
  db: Queryable,
  bitmap: Bitmap,
  { columnIds, datasetIds, stage, count }: Reach,
  at: Instant | null,
): Promise<readonly StageUseRow[]> =>
  db.query(
    // From what is in the stage: a column with many dependents has far more bindings than a stage has versions.
    `with held as materialized (
       select b.id, b.seq, b.version_id from registry.stage_binding b ${SEEN}
       where b.stage = $5 and b.bound_from <= $2 and (b.bound_to is null or b.bound_to > $2)
     )
     select h.id as "bindingId", jsonb_agg(jsonb_build_object('columnId', f.column_id, 'datasetId', f.dataset_id, 'feature', f.feature)
       order by f.feature, f.column_id) as links
     from held h join registry.feature_binding f on f.version_id = h.version_id
     where (f.column_id = any($3) or f.dataset_id = any($4)) and f.state = 'CONFIRMED' and ${heldAt(at, '$2')}
     group by h.id, h.seq order by h.seq limit $6`,
    [bitmap, at ?? 'infinity', columnIds, datasetIds, stage, count],
    named('registry_uses_in_stage', at),
  );
