import type { Queryable, Tx } from '../../../../kernel/db/database.ts';
import type { Instant } from '../../../../kernel/time.ts';
import type { FeatureBinding } from '../../domain/features/binding.ts';

const FIELDS = `f.id, f.version_id as "versionId", f.feature, f.column_id as "columnId", f.column_urn as "columnUrn",
  f.dataset_id as "datasetId", f.state, f.origin, f.confidence, f.reasons, f.encoding, f.recorded_by as "recordedBy",
  f.recorded_at as "recordedAt", f.ended_at as "endedAt", f.event_id as "eventId"`;

/** What holds now, or held at a moment; the table is `f`. */
export const heldAt = (at: Instant | null, place: string): string =>
  at === null ? 'f.ended_at is null' : `f.recorded_at <= ${place} and (f.ended_at is null or f.ended_at > ${place})`;

/** What is said of the features of versions, in the order of their names. */
export const featureBindingsOf = (
  db: Queryable,
  versionIds: readonly string[],
  at: Instant | null,
): Promise<readonly FeatureBinding[]> =>
  db.query<FeatureBinding>(
    `select ${FIELDS} from registry.feature_binding f where f.version_id = any($1) and ${heldAt(at, '$2')}
     order by f.version_id, f.feature collate "C", (f.state = 'CONFIRMED') desc, f.confidence desc, f.column_id`,
    [versionIds, ...(at === null ? [] : [at])],
    at === null ? 'registry_feature_bindings' : 'registry_feature_bindings_at',
  );

export interface FeaturePage {
  readonly first: number;
  readonly after: readonly [recordedAt: Instant, id: string] | null;
}

/** All that was ever said of the features of a version, latest first. */
export const featureHistory = (
  db: Queryable,
  versionId: string,
  { first, after }: FeaturePage,
  at: Instant | null,
): Promise<readonly FeatureBinding[]> =>
  db.query<FeatureBinding>(
    `select ${FIELDS.replace('f.ended_at as', 'case when f.ended_at <= $5 then f.ended_at end as')} from registry.feature_binding f
     where f.version_id = $1 and f.recorded_at <= $5 and (f.recorded_at, f.id) < ($2::timestamptz, $3::text)
     order by f.recorded_at desc, f.id desc limit $4`,
    [versionId, after?.[0] ?? 'infinity', after?.[1] ?? '', first + 1, at ?? 'infinity'],
    'registry_feature_history',
  );

export async function endFeatureBindings(tx: Tx, ids: readonly string[], eventId: string): Promise<void> {
  await tx.query(
    'update registry.feature_binding set ended_at = $2, end_event_id = $3 where id = any($1) and ended_at is null',
    [ids, tx.now, eventId],
    'registry_end_feature_bindings',
  );
}

export type NewFeatureBinding = Omit<FeatureBinding, 'recordedAt' | 'endedAt' | 'eventId' | 'versionId' | 'recordedBy'>;

export async function insertFeatureBindings(
  tx: Tx,
  { versionId, recordedBy, eventId }: Pick<FeatureBinding, 'versionId' | 'recordedBy' | 'eventId'>,
  bindings: readonly NewFeatureBinding[],
): Promise<void> {
  const rows = bindings.map((binding) => ({
    id: binding.id,
    feature: binding.feature,
    column_id: binding.columnId,
    column_urn: binding.columnUrn,
    dataset_id: binding.datasetId,
    state: binding.state,
    origin: binding.origin,
    confidence: binding.confidence,
    reasons: binding.reasons,
    encoding: binding.encoding,
  }));
  await tx.query(
    `insert into registry.feature_binding (id, version_id, feature, column_id, column_urn, dataset_id, state, origin, confidence,
       reasons, encoding, recorded_by, recorded_at, event_id)
     select r.id, $2, r.feature, r.column_id, r.column_urn, r.dataset_id, r.state, r.origin, r.confidence,
       array(select json_array_elements_text(r.reasons)), r.encoding, $3, $4, $5
     from json_to_recordset($1) as r(id text, feature text, column_id text, column_urn text, dataset_id text, state text,
       origin text, confidence double precision, reasons json, encoding text)`,
    [JSON.stringify(rows), versionId, recordedBy, tx.now, eventId],
    'registry_insert_feature_bindings',
  );
}
