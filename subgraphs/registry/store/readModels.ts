import type { Queryable } from '../../../kernel/db/database.ts';
import type { Bitmap } from '../../../kernel/policy/visible.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { Model, No, Tag } from '../domain/model.ts';

/** The table is `m`. */
export const MODEL_FIELDS = `m.no::text as no, m.id, m.name, m.folded_name as "foldedName", m.description, m.last_number as "lastNumber", m.version,
  m.created_by as "createdBy", m.created_at as "createdAt", m.updated_at as "updatedAt", m.deleted_at as "deletedAt"`;

/** Where a model is that the caller may see and that was there at a moment; the bitmap is $1. */
const from = (at: Instant | null, atPlace: string): string =>
  `from registry.model m join kernel.resource r using (no) where kernel.may_see($1, r.acl_id) and ${
    at === null ? 'm.deleted_at is null' : `m.created_at <= ${atPlace} and (m.deleted_at is null or m.deleted_at > ${atPlace})`
  }`;

const atOr = (at: Instant | null): readonly Instant[] => (at === null ? [] : [at]);
const named = (name: string, at: Instant | null): string => (at === null ? name : `${name}_at`);

export const modelsById = (
  db: Queryable,
  bitmap: Bitmap,
  ids: readonly string[],
  at: Instant | null,
): Promise<readonly Model[]> =>
  db.query<Model>(
    `select ${MODEL_FIELDS} ${from(at, '$3')} and m.id = any($2)`,
    [bitmap, ids, ...atOr(at)],
    named('registry_models_by_id', at),
  );

/** Also those that were deleted: what happened with them still has a name. */
export const modelsByNo = (db: Queryable, bitmap: Bitmap, nos: readonly No[]): Promise<readonly Model[]> =>
  db.query<Model>(
    `select ${MODEL_FIELDS} from registry.model m join kernel.resource r using (no)
     where kernel.may_see($1, r.acl_id) and m.no = any($2::bigint[])`,
    [bitmap, nos],
    'registry_models_by_no',
  );

/** Of a name that several had one after another, the one that was there then. */
export async function modelByName(db: Queryable, bitmap: Bitmap, foldedName: string, at: Instant | null): Promise<Model | null> {
  const [row] = await db.query<Model>(
    `select ${MODEL_FIELDS} ${from(at, '$3')} and m.folded_name = $2 order by m.created_at desc limit 1`,
    [bitmap, foldedName, ...atOr(at)],
    named('registry_model_by_name', at),
  );
  return row ?? null;
}

export interface ModelFilter {
  readonly namePrefix: string | null;
  readonly tag: { readonly key: string; readonly value: string | null } | null;
  readonly ownerId: string | null;
  readonly stage: string | null;
}

/** Models in the order of their names, which the present decides also for the past. */
export function listModels(
  db: Queryable,
  bitmap: Bitmap,
  filter: ModelFilter,
  page: { readonly after: readonly [string, string] | null; readonly count: number },
  at: Instant | null,
): Promise<readonly (Model & { readonly sortName: string })[]> {
  const values: unknown[] = [bitmap, page.count, ...atOr(at)];
  const place = (value: unknown): string => `$${values.push(value)}`;
  const parts: string[] = [];
  const shape: string[] = [];
  const narrow = (name: string, condition: string): void => {
    shape.push(name);
    parts.push(`and ${condition}`);
  };
  if (filter.namePrefix !== null) narrow('prefix', `starts_with(m.folded_name, ${place(filter.namePrefix)})`);
  if (filter.tag !== null) {
    const { key, value } = filter.tag;
    const valued = value === null ? '' : `and t.value = ${place(value)}`;
    narrow(
      value === null ? 'tag' : 'tagValue',
      `exists (select from registry.model_tag t where t.model_no = m.no and t.key = ${place(key)} ${valued})`,
    );
  }
  if (filter.ownerId !== null)
    narrow(
      'owner',
      `exists (select from registry.model_owner o where o.model_no = m.no and o.principal_id = ${place(filter.ownerId)})`,
    );
  if (filter.stage !== null)
    narrow(
      'stage',
      `exists (select from registry.stage_binding b where b.model_no = m.no and b.stage = ${place(filter.stage)} and ${inForce('b', at, '$3')})`,
    );
  if (page.after !== null)
    narrow('after', `(lower(m.name), m.id) > (${place(page.after[0])}::text, ${place(page.after[1])}::text)`);
  return db.query(
    `select ${MODEL_FIELDS}, lower(m.name) as "sortName" ${from(at, '$3')} ${parts.join(' ')} order by lower(m.name), m.id limit $2`,
    values,
    [named('registry_list_models', at), ...shape].join('_'),
  );
}

/** What holds of an interval now, or held at a moment. */
export const inForce = (table: string, at: Instant | null, atPlace: string): string =>
  at === null
    ? `${table}.bound_to is null`
    : `${table}.bound_from <= ${atPlace} and (${table}.bound_to is null or ${table}.bound_to > ${atPlace})`;

export const ownersOfModels = (
  db: Queryable,
  nos: readonly No[],
): Promise<readonly { readonly no: No; readonly principalId: string }[]> =>
  db.query(
    `select model_no::text as no, principal_id as "principalId" from registry.model_owner where model_no = any($1::bigint[]) order by 1, 2`,
    [nos],
    'registry_owners_of',
  );

export const tagsOfModels = (db: Queryable, nos: readonly No[]): Promise<readonly (Tag & { readonly no: No })[]> =>
  db.query(
    `select model_no::text as no, key, value from registry.model_tag where model_no = any($1::bigint[]) order by 1, key collate "C"`,
    [nos],
    'registry_model_tags_of',
  );
