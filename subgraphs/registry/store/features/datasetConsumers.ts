import type { Queryable } from '../../../../kernel/db/database.ts';
import type { Bitmap } from '../../../../kernel/policy/visible.ts';
import type { Instant } from '../../../../kernel/time.ts';
import type { DatasetConsumer } from '../../domain/features/use.ts';
import { heldAt } from './bindings.ts';

/**
 * Versions that a dataset went into, the latest first: as training data, or by a feature of one of its columns. Drafts are
 * left out, because what they say may still change.
 */
export const datasetConsumers = (
  db: Queryable,
  bitmap: Bitmap,
  datasetId: string,
  { first, after }: { readonly first: number; readonly after: readonly [Instant, string] | null },
  at: Instant | null,
): Promise<readonly DatasetConsumer[]> =>
  db.query<DatasetConsumer>(
    `with used as (
       select d.version_id, d.role, null::text as feature from registry.version_dataset d where d.dataset_id = $3
       union all
       select f.version_id, null, f.feature from registry.feature_binding f
       where f.dataset_id = $3 and f.state = 'CONFIRMED' and ${heldAt(at, '$2')}
     )
     select v.id as "versionId", v.sealed_at as "sealedAt",
       coalesce(array_agg(distinct u.role) filter (where u.role is not null), '{}') as roles,
       count(distinct u.feature)::int as "featureCount"
     from used u join registry.model_version v on v.id = u.version_id
     join registry.model m on m.no = v.model_no join kernel.resource r on r.no = m.no
     where kernel.may_see($1, r.acl_id) and v.sealed_at <= $2
       and (v.deleted_at is null or v.deleted_at > $2) and (m.deleted_at is null or m.deleted_at > $2)
       and (v.sealed_at, v.id) < ($4::timestamptz, $5::text)
     group by v.id, v.sealed_at order by v.sealed_at desc, v.id desc limit $6`,
    [bitmap, at ?? 'infinity', datasetId, after?.[0] ?? 'infinity', after?.[1] ?? '', first + 1],
    at === null ? 'registry_dataset_consumers' : 'registry_dataset_consumers_at',
  );
