import type { Digest } from '../../../kernel/canonical.ts';
import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import type { Bitmap } from '../../../kernel/policy/visible.ts';
import type { Artifact, VersionDataset } from '../domain/model.ts';

const FIELDS = `path, size_bytes::float8 as "sizeBytes", digest, media_type as "mediaType", is_executable as "isExecutable"`;

/** Adds files; those whose path is there already are not added. @returns the paths that were */
export async function insertArtifacts(tx: Tx, versionId: string, artifacts: readonly Artifact[]): Promise<readonly string[]> {
  const rows = await tx.query<{ path: string }>(
    `insert into registry.artifact (version_id, path, size_bytes, digest, media_type, is_executable)
     select $1, a.path, a.size_bytes, a.digest, a.media_type, a.is_executable
     from json_to_recordset($2) as a(path text, size_bytes bigint, digest text, media_type text, is_executable boolean)
     on conflict do nothing returning path`,
    [
      versionId,
      JSON.stringify(
        artifacts.map(({ path, sizeBytes, digest, mediaType, isExecutable }) => ({
          path,
          size_bytes: sizeBytes,
          digest,
          media_type: mediaType,
          is_executable: isExecutable,
        })),
      ),
    ],
    'registry_insert_artifacts',
  );
  return rows.map(({ path }) => path);
}

/** False when there is none at this path. */
export async function deleteArtifact(tx: Tx, versionId: string, path: string): Promise<boolean> {
  const rows = await tx.query(
    'delete from registry.artifact where version_id = $1 and path = $2 returning path',
    [versionId, path],
    'registry_delete_artifact',
  );
  return rows.length > 0;
}

/** Files of a version in the order of their paths. */
export const listArtifacts = (
  db: Queryable,
  versionId: string,
  after: string | null,
  count: number,
): Promise<readonly Artifact[]> =>
  db.query<Artifact>(
    `select ${FIELDS} from registry.artifact where version_id = $1 and path collate "C" > $2 order by path collate "C" limit $3`,
    [versionId, after ?? '', count],
    'registry_list_artifacts',
  );

export async function artifactAt(db: Queryable, versionId: string, path: string): Promise<Artifact | null> {
  const [row] = await db.query<Artifact>(
    `select ${FIELDS} from registry.artifact where version_id = $1 and path = $2`,
    [versionId, path],
    'registry_artifact_at',
  );
  return row ?? null;
}

export const artifactTotals = (
  db: Queryable,
  versionIds: readonly string[],
): Promise<readonly { readonly id: string; readonly count: number; readonly sizeBytes: number }[]> =>
  db.query(
    `select version_id as id, count(*)::int as count, sum(size_bytes)::float8 as "sizeBytes" from registry.artifact
     where version_id = any($1) group by 1`,
    [versionIds],
    'registry_artifact_totals',
  );

export async function replaceDatasets(tx: Tx, versionId: string, datasets: readonly VersionDataset[]): Promise<void> {
  await tx.query('delete from registry.version_dataset where version_id = $1', [versionId], 'registry_end_datasets');
  await tx.query(
    `insert into registry.version_dataset (version_id, role, dataset_id, dataset_urn, as_of, digest)
     select $1, d.role, d.dataset_id, d.urn, d.as_of, d.digest
     from json_to_recordset($2) as d(role text, dataset_id text, urn text, as_of timestamptz, digest text)`,
    [
      versionId,
      JSON.stringify(
        datasets.map(({ role, datasetId, urn, asOf, digest }) => ({ role, dataset_id: datasetId, urn, as_of: asOf, digest })),
      ),
    ],
    'registry_add_datasets',
  );
}

/** Remembers who brought which bytes; false when that is known. */
export async function insertUpload(
  tx: Tx,
  { digest, sizeBytes, principalId, eventId }: { digest: Digest; sizeBytes: number; principalId: string; eventId: string },
): Promise<void> {
  await tx.query(
    `insert into registry.blob_upload (digest, principal_id, size_bytes, uploaded_at, event_id) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    [digest, principalId, sizeBytes, tx.now, eventId],
    'registry_insert_upload',
  );
}

export async function hasUploaded(db: Queryable, principalId: string, digest: string): Promise<boolean> {
  const rows = await db.query(
    'select 1 from registry.blob_upload where digest = $1 and principal_id = $2',
    [digest, principalId],
    'registry_has_uploaded',
  );
  return rows.length > 0;
}

/** Who wants to use bytes: to know their digest is not enough. */
export interface BlobUser {
  readonly principalId: string;
  /** The models that they may read. */
  readonly bitmap: Bitmap;
  /** Whether they may see runs, and what these have logged. */
  readonly browses: boolean;
}

/** Which of these bytes somebody may use: those they brought, and those that they may read elsewhere. */
export async function usableBlobs(
  db: Queryable,
  { principalId, bitmap, browses }: BlobUser,
  digests: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await db.query<{ digest: string }>(
    `select digest from registry.blob_upload where digest = any($1) and principal_id = $2
     union
     select a.digest from registry.artifact a join registry.model_version v on v.id = a.version_id
       join registry.model m on m.no = v.model_no join kernel.resource r on r.no = m.no
     where a.digest = any($1) and v.state <> 'DELETED' and m.deleted_at is null and kernel.may_see($3, r.acl_id)
     union
     select digest from registry.tracked_artifact where digest = any($1) and $4`,
    [digests, principalId, bitmap, browses],
    'registry_usable_blobs',
  );
  return new Set(rows.map(({ digest }) => digest));
}
