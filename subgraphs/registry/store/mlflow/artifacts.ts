import type { Digest } from '../../../../kernel/canonical.ts';
import type { Queryable, Tx } from '../../../../kernel/db/database.ts';
import type { ArtifactOwner } from '../../domain/mlflow/artifactPlace.ts';

/** Bytes under a label. */
export interface Artifact {
  readonly path: string;
  readonly digest: Digest;
  readonly sizeBytes: number;
  readonly mediaType: string;
  /** Loading it may run code. */
  readonly isExecutable: boolean;
}

/** What lies directly in a folder. */
export interface FolderEntry {
  readonly name: string;
  readonly isFolder: boolean;
  /** Null for a folder. */
  readonly sizeBytes: number | null;
}

/** Sealed ones are kept with their version, others beside their owner. */
const ROWS = `(
  select path, digest, size_bytes, media_type, is_executable from registry.tracked_artifact where owner_kind = $1 and owner_id = $2
  union all
  select path, digest, size_bytes, media_type, is_executable from registry.artifact where $1 = 'VERSION' and version_id = $2
) a`;

export async function artifactAt(db: Queryable, { kind, id }: ArtifactOwner, path: string): Promise<Artifact | null> {
  const [row] = await db.query<Artifact>(
    `select path, digest, size_bytes::float8 as "sizeBytes", media_type as "mediaType", is_executable as "isExecutable" from ${ROWS} where path = $3`,
    [kind, id, path],
    'mlflow_artifact_at',
  );
  return row ?? null;
}

/** What lies directly below a path, by name. @param path empty for the root */
export const folderAt = (
  db: Queryable,
  { kind, id }: ArtifactOwner,
  path: string,
  max: number,
): Promise<readonly FolderEntry[]> =>
  db.query<FolderEntry>(
    `select split_part(rest, '/', 1) as name, bool_or(position('/' in rest) > 0) as "isFolder",
       case when bool_or(position('/' in rest) > 0) then null else max(size_bytes)::float8 end as "sizeBytes"
     from (select substr(path, length($3) + 1) as rest, size_bytes from ${ROWS} where starts_with(path, $3)) below
     group by 1 order by 1 limit $4`,
    [kind, id, path === '' ? '' : `${path}/`, max],
    'mlflow_folder_at',
  );

/** Everything below a path, by path. @param path empty for all; a file is below itself, under its last name */
export const artifactsBelow = (
  db: Queryable,
  { kind, id }: ArtifactOwner,
  path: string,
  max: number,
): Promise<readonly Artifact[]> =>
  db.query<Artifact>(
    `select case when path = $3 then regexp_replace(path, '^.*/', '') else substr(path, length($4) + 1) end as path, digest,
       size_bytes::float8 as "sizeBytes", media_type as "mediaType", is_executable as "isExecutable"
     from ${ROWS} where path = $3 or starts_with(path, $4) order by path limit $5`,
    [kind, id, path, path === '' ? '' : `${path}/`, max],
    'mlflow_artifacts_below',
  );

/** A path at which there is a file where the new one needs a folder, or the other way round; null when none is in the way. */
export async function artifactInTheWay(tx: Tx, { kind, id }: ArtifactOwner, path: string): Promise<string | null> {
  const folders = path
    .split('/')
    .slice(0, -1)
    .map((_, i, parts) => parts.slice(0, i + 1).join('/'));
  const [row] = await tx.query<{ path: string }>(
    `select path from registry.tracked_artifact where owner_kind = $1 and owner_id = $2 and (path = any($3) or starts_with(path, $4)) limit 1`,
    [kind, id, folders, `${path}/`],
    'mlflow_artifact_in_the_way',
  );
  return row?.path ?? null;
}

export async function countArtifacts(tx: Tx, { kind, id }: ArtifactOwner): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    'select count(*)::int as count from registry.tracked_artifact where owner_kind = $1 and owner_id = $2',
    [kind, id],
    'mlflow_count_artifacts',
  );
  return row?.count ?? 0;
}

/** False when exactly this is there already. */
export async function putArtifact(tx: Tx, { kind, id }: ArtifactOwner, artifact: Artifact, writtenBy: string): Promise<boolean> {
  const put = await tx.query(
    `insert into registry.tracked_artifact as a (owner_kind, owner_id, path, digest, size_bytes, media_type, is_executable, written_by, written_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (owner_kind, owner_id, path) do update set digest = excluded.digest, size_bytes = excluded.size_bytes,
       media_type = excluded.media_type, is_executable = excluded.is_executable, written_by = excluded.written_by, written_at = excluded.written_at
     where (a.digest, a.media_type) <> (excluded.digest, excluded.media_type) returning 1`,
    [kind, id, artifact.path, artifact.digest, artifact.sizeBytes, artifact.mediaType, artifact.isExecutable, writtenBy, tx.now],
    'mlflow_put_artifact',
  );
  return put.length > 0;
}

/** Takes away a file, or a folder with all in it. @returns how many */
export async function removeArtifacts(tx: Tx, { kind, id }: ArtifactOwner, path: string): Promise<number> {
  const gone = await tx.query(
    `delete from registry.tracked_artifact where owner_kind = $1 and owner_id = $2 and (path = $3 or starts_with(path, $4)) returning 1`,
    [kind, id, path, path === '' ? '' : `${path}/`],
    'mlflow_remove_artifacts',
  );
  return gone.length;
}
