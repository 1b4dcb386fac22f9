import type { Tx } from '../../../kernel/db/database.ts';
import type { Model, No, Tag } from '../domain/model.ts';
import { MODEL_FIELDS } from './readModels.ts';
import { supersededByTaken } from './supersededByTaken.ts';

/** A number in the space of all resources. */
export async function nextResourceNo(tx: Tx): Promise<No> {
  const [row] = await tx.query<{ no: string }>(`select nextval('kernel.resource_no')::text as no`, [], 'registry_next_no');
  if (row === undefined) throw new Error('the sequence of resources gave no number');
  return row.no;
}

/** False when there is a model of a name that counts as the same. */
export async function insertModel(
  tx: Tx,
  {
    no,
    id,
    name,
    foldedName,
    description,
    createdBy,
  }: Pick<Model, 'no' | 'id' | 'name' | 'foldedName' | 'description' | 'createdBy'>,
): Promise<boolean> {
  const made = await tx.query(
    `insert into registry.model (no, id, name, folded_name, description, created_by, created_at, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $7) on conflict (folded_name) where deleted_at is null do nothing returning no`,
    [no, id, name, foldedName, description, createdBy, tx.now],
    'registry_insert_model',
  );
  return made.length > 0;
}

/** Whoever changes a model waits for others who do; says what it is now, or null when it is gone. */
export async function lockModel(tx: Tx, no: No): Promise<Model | null> {
  const [row] = await tx.query<Model>(
    `select ${MODEL_FIELDS} from registry.model m where m.no = $1 and m.deleted_at is null for update`,
    [no],
    'registry_lock_model',
  );
  return row ?? null;
}

/** Whether another model has a name that counts as this one. */
export async function isNameTaken(tx: Tx, no: No, foldedName: string): Promise<boolean> {
  const rows = await tx.query(
    'select 1 from registry.model where folded_name = $2 and deleted_at is null and no <> $1',
    [no, foldedName],
    'registry_name_taken',
  );
  return rows.length > 0;
}

export async function updateModelRow(
  tx: Tx,
  { no, name, foldedName, description }: Pick<Model, 'no' | 'name' | 'foldedName' | 'description'>,
): Promise<void> {
  await tx
    .query(
      `update registry.model set name = $2, folded_name = $3, description = $4, version = version + 1, updated_at = $5 where no = $1`,
      [no, name, foldedName, description, tx.now],
      'registry_update_model',
    )
    .catch(supersededByTaken('model_name'));
}

export async function deleteModelRow(tx: Tx, no: No): Promise<void> {
  await tx.query(
    'update registry.model set deleted_at = $2, updated_at = $2, version = version + 1 where no = $1',
    [no, tx.now],
    'registry_delete_model',
  );
}

export async function replaceOwners(tx: Tx, no: No, principalIds: readonly string[]): Promise<void> {
  await tx.query(
    'delete from registry.model_owner where model_no = $1 and principal_id <> all($2)',
    [no, principalIds],
    'registry_end_owners',
  );
  await tx.query(
    `insert into registry.model_owner (model_no, principal_id) select $1, p from unnest($2::text[]) p on conflict do nothing`,
    [no, principalIds],
    'registry_add_owners',
  );
}

export async function replaceModelTags(tx: Tx, no: No, tags: readonly Tag[]): Promise<void> {
  await tx.query('delete from registry.model_tag where model_no = $1', [no], 'registry_end_model_tags');
  await tx.query(
    `insert into registry.model_tag (model_no, key, value) select $1, k, v from unnest($2::text[], $3::text[]) as t(k, v)`,
    [no, tags.map(({ key }) => key), tags.map(({ value }) => value)],
    'registry_add_model_tags',
  );
}
