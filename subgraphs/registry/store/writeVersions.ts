import type { Digest } from '../../../kernel/canonical.ts';
import type { Tx } from '../../../kernel/db/database.ts';
import type { ModelVersion, No, Tag } from '../domain/model.ts';
import { VERSION_FIELDS } from './readVersions.ts';

/** The next number of a model, which nobody else gets; null when the model is gone. */
export async function takeNumber(tx: Tx, modelNo: No): Promise<number | null> {
  const [row] = await tx.query<{ number: number }>(
    'update registry.model set last_number = last_number + 1 where no = $1 and deleted_at is null returning last_number as number',
    [modelNo],
    'registry_take_number',
  );
  return row?.number ?? null;
}

export type NewVersion = Pick<
  ModelVersion,
  'id' | 'modelNo' | 'number' | 'source' | 'runId' | 'description' | 'codeCommit' | 'signature' | 'params' | 'createdBy'
>;

export async function insertVersion(tx: Tx, version: NewVersion): Promise<void> {
  await tx.query(
    `insert into registry.model_version (id, model_no, number, state, source, run_id, description, code_commit, signature, params,
       created_by, created_at, updated_at)
     values ($1, $2, $3, 'DRAFT', $4, $5, $6, $7, $8, $9, $10, $11, $11)`,
    [
      version.id,
      version.modelNo,
      version.number,
      version.source,
      version.runId,
      version.description,
      version.codeCommit,
      version.signature === null ? null : JSON.stringify(version.signature),
      JSON.stringify(version.params),
      version.createdBy,
      tx.now,
    ],
    'registry_insert_version',
  );
}

/** Locks a version and says what it is now; null when it, or its model, is gone. Whatever changes it or acts on it begins here. */
export async function lockVersion(tx: Tx, id: string): Promise<ModelVersion | null> {
  const [row] = await tx.query<ModelVersion>(
    `select ${VERSION_FIELDS} from registry.model_version v join registry.model m on m.no = v.model_no
     where v.id = $1 and v.state <> 'DELETED' and m.deleted_at is null for update of v`,
    [id],
    'registry_lock_version',
  );
  return row ?? null;
}

export async function updateContent(
  tx: Tx,
  { id, codeCommit, signature, params }: Pick<ModelVersion, 'id' | 'codeCommit' | 'signature' | 'params'>,
): Promise<void> {
  await tx.query(
    'update registry.model_version set code_commit = $2, signature = $3, params = $4 where id = $1',
    [id, codeCommit, signature === null ? null : JSON.stringify(signature), JSON.stringify(params)],
    'registry_update_content',
  );
}

export async function updateLabels(
  tx: Tx,
  { id, description, source }: Pick<ModelVersion, 'id' | 'description' | 'source'>,
): Promise<void> {
  await tx.query(
    'update registry.model_version set description = $2, source = $3 where id = $1',
    [id, description, source],
    'registry_update_labels',
  );
}

/** Counts a change. */
export async function bumpVersion(tx: Tx, id: string): Promise<void> {
  await tx.query(
    'update registry.model_version set version = version + 1, updated_at = $2 where id = $1',
    [id, tx.now],
    'registry_bump_version',
  );
}

export async function sealRow(tx: Tx, id: string, digest: Digest, manifest: string): Promise<void> {
  await tx.query(
    `update registry.model_version set state = 'SEALED', content_digest = $2, manifest = $3, sealed_at = $4, updated_at = $4,
       version = version + 1
     where id = $1 and state = 'DRAFT'`,
    [id, digest, manifest, tx.now],
    'registry_seal',
  );
}

export async function setState(tx: Tx, id: string, state: 'SEALED' | 'DAMAGED' | 'DELETED'): Promise<void> {
  await tx.query(
    `update registry.model_version set state = $2, deleted_at = case when $2 = 'DELETED' then $3::timestamptz end, updated_at = $3,
       version = version + 1
     where id = $1`,
    [id, state, tx.now],
    'registry_set_state',
  );
}

export async function insertDamage(
  tx: Tx,
  versionId: string,
  findings: readonly { readonly path: string; readonly found: 'CHANGED' | 'MISSING' }[],
  eventId: string,
): Promise<void> {
  await tx.query(
    'insert into registry.damage (version_id, found_at, findings, event_id) values ($1, $2, $3, $4)',
    [versionId, tx.now, JSON.stringify(findings), eventId],
    'registry_insert_damage',
  );
}

export async function endDamage(tx: Tx, versionId: string): Promise<void> {
  await tx.query(
    'update registry.damage set ended_at = $2 where version_id = $1 and ended_at is null',
    [versionId, tx.now],
    'registry_end_damage',
  );
}

export async function replaceVersionTags(tx: Tx, versionId: string, tags: readonly Tag[]): Promise<void> {
  await tx.query('delete from registry.version_tag where version_id = $1', [versionId], 'registry_end_version_tags');
  await tx.query(
    `insert into registry.version_tag (version_id, key, value) select $1, k, v from unnest($2::text[], $3::text[]) as t(k, v)`,
    [versionId, tags.map(({ key }) => key), tags.map(({ value }) => value)],
    'registry_add_version_tags',
  );
}

/** Locks all versions of a model, in the order of their numbers. */
export async function lockVersions(tx: Tx, modelNo: No): Promise<void> {
  await tx.query(
    'select 1 from registry.model_version where model_no = $1 order by number for update',
    [modelNo],
    'registry_lock_versions',
  );
}
