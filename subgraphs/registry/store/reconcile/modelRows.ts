import type { Queryable } from '../../../../kernel/db/database.ts';
import { MODEL_TYPES } from '../../../../kernel/policy/actions.ts';
import type { ClassFacts } from '../../../../kernel/policy/facts.ts';
import type { Tag } from '../../domain/model.ts';

export interface ModelToCheck {
  readonly no: string;
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly owners: readonly string[];
  readonly tags: readonly Tag[];
  readonly isDeleted: boolean;
  readonly classDigest: string | null;
  readonly classFacts: ClassFacts | null;
}

export const modelsAfter = (db: Queryable, after: string, limit: number): Promise<readonly ModelToCheck[]> =>
  db.query<ModelToCheck>(
    `select m.no::text as no, m.id, m.name, m.description, m.deleted_at is not null as "isDeleted",
       array(select o.principal_id from registry.model_owner o where o.model_no = m.no order by 1) as owners,
       (select coalesce(json_agg(json_build_object('key', t.key, 'value', t.value)), '[]') from registry.model_tag t where t.model_no = m.no) as tags,
       c.digest as "classDigest", c.facts as "classFacts"
     from registry.model m left join kernel.resource r on r.no = m.no and r.id = m.id and r.type = 'Model'
       left join kernel.acl_class c on c.acl_id = r.acl_id
     where m.id > $1 order by m.id limit $2`,
    [after, limit],
    'registry_reconcile_models',
  );

/** Policy facts of models that are not there. */
export const hangingResources = (
  db: Queryable,
  limit: number,
): Promise<readonly { readonly no: string; readonly id: string | null }[]> =>
  db.query(
    `select r.no::text as no, r.id from kernel.resource r
     where r.type = any($1) and not exists (select from registry.model m where m.no = r.no) order by r.no limit $2`,
    [MODEL_TYPES, limit],
    'registry_reconcile_hanging',
  );
