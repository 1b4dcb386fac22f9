import type { Queryable } from '../../../../kernel/db/database.ts';
import type { ModelVersion, Tag } from '../../domain/model.ts';
import { VERSION_FIELDS } from '../readVersions.ts';

export interface VersionToCheck extends ModelVersion {
  readonly tags: readonly Tag[];
  /** What approvals go by; null when nobody stated it. */
  readonly statedDigest: string | null;
  readonly isStated: boolean;
  readonly isDamaged: boolean;
}

export const versionsAfter = (db: Queryable, after: string, limit: number): Promise<readonly VersionToCheck[]> =>
  db.query<VersionToCheck>(
    `select ${VERSION_FIELDS},
       (select coalesce(json_agg(json_build_object('key', t.key, 'value', t.value)), '[]') from registry.version_tag t where t.version_id = v.id) as tags,
       s.content_digest as "statedDigest", s.subject_id is not null as "isStated",
       exists (select from registry.damage d where d.version_id = v.id and d.ended_at is null) as "isDamaged"
     from registry.model_version v join registry.model m on m.no = v.model_no
       left join kernel.approval_subject s on s.subject_id = v.id
     where v.id > $1 order by v.id limit $2`,
    [after, limit],
    'registry_reconcile_versions',
  );
