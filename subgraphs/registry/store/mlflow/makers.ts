import type { Queryable } from '../../../../kernel/db/database.ts';
import type { ArtifactPlace } from '../../domain/mlflow/artifactPlace.ts';

/** What a version comes from. */
export interface Origins {
  readonly place: ArtifactPlace | null;
  readonly runId: string | null;
  readonly loggedModelId: string | null;
}

/** More than any version may have of them. */
const MAKERS_MAX = 1_000;

/** Who made what a version is made from: who began its run and its logged model, who wrote what lies there now, or who made the version there. */
export async function makersOf(db: Queryable, { place, runId, loggedModelId }: Origins): Promise<readonly string[]> {
  const { owner, path } = place ?? { owner: { kind: null, id: null }, path: '' };
  const rows = await db.query<{ id: string }>(
    `select r.created_by as id from registry.run r where r.id in ($1, case when $3 = 'RUN' then $4 end)
     union select l.created_by from registry.logged_model l where l.id in ($2, case when $3 = 'LOGGED_MODEL' then $4 end)
     union select t.written_by from registry.tracked_artifact t where t.owner_kind = $3 and t.owner_id = $4
       and ($5 = '' or t.path = $5 or starts_with(t.path, $5 || '/'))
     union select unnest(s.creator_ids) from kernel.approval_subject s where $3 = 'VERSION' and s.subject_id = $4
     limit $6`,
    [runId, loggedModelId, owner.kind, owner.id, path, MAKERS_MAX],
    'mlflow_makers_of',
  );
  return rows.map(({ id }) => id);
}
