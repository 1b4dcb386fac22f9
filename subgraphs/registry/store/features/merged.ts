import type { Queryable, Tx } from '../../../../kernel/db/database.ts';
import type { FeatureBinding } from '../../domain/features/binding.ts';
import type { ModelVersion } from '../../domain/model.ts';
import { VERSION_FIELDS } from '../readVersions.ts';

/** A binding to a column of the dataset, which may be another column by now. */
export interface MovableBinding extends FeatureBinding {
  /** Where it is now, when a merge has taken it along: that binding ends when it comes back. Null where it never left. */
  readonly carriedId: string | null;
}

const FIELDS = `f.id, f.version_id as "versionId", f.feature, f.column_id as "columnId", f.column_urn as "columnUrn",
  f.dataset_id as "datasetId", f.state, f.origin, f.confidence, f.reasons, f.encoding, f.recorded_by as "recordedBy",
  f.recorded_at as "recordedAt", f.ended_at as "endedAt", f.event_id as "eventId"`;

/**
 * What is said of columns of datasets now, and what a merge of them took along and nobody has said otherwise since.
 * @param versionId of one version; null for all
 */
export const movableBindings = (
  db: Queryable,
  datasetIds: readonly string[],
  versionId: string | null,
): Promise<readonly MovableBinding[]> =>
  db.query<MovableBinding>(
    `select ${FIELDS}, null::text as "carriedId" from registry.feature_binding f
     where f.dataset_id = any($1) and f.ended_at is null and ($2::text is null or f.version_id = $2)
     union all
     select ${FIELDS}, c.id from registry.feature_binding f
       join kernel.audit_event e on e.id = f.end_event_id
       join kernel.audit_event m on m.id = e.correlation_id and m.action = 'catalog.asset.merged.v1' and m.subject_id = f.dataset_id
       left join registry.feature_binding c on c.version_id = f.version_id and c.feature = f.feature and c.event_id = e.id
     where f.dataset_id = any($1) and ($2::text is null or f.version_id = $2) and (c.id is null or c.ended_at is null)
       and not exists (select from registry.feature_binding l where l.version_id = f.version_id and l.feature = f.feature
         and l.column_id = f.column_id and l.recorded_at >= f.ended_at)`,
    [datasetIds, versionId],
    'registry_movable_bindings',
  );

/** Keeps others from binding features of a version meanwhile, also of one that was deleted: what it used stays known. */
export async function lockAnyVersion(tx: Tx, id: string): Promise<ModelVersion | null> {
  const [row] = await tx.query<ModelVersion>(
    `select ${VERSION_FIELDS} from registry.model_version v join registry.model m on m.no = v.model_no where v.id = $1 for update of v`,
    [id],
    'registry_lock_any_version',
  );
  return row ?? null;
}
