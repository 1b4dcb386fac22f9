import { digestText, type Digest } from '../../../../kernel/canonical.ts';
import type { Queryable } from '../../../../kernel/db/database.ts';
import { manifestOf } from '../../domain/manifest.ts';
import type { Artifact, ModelVersion } from '../../domain/model.ts';
import { listArtifacts } from '../../store/artifacts.ts';
import { datasetsOfVersions } from '../../store/readVersions.ts';

/** How many files a version may have. */
export const FILES_MAX = 10_000;

export interface VersionContent {
  readonly artifacts: readonly Artifact[];
  readonly manifest: string;
  readonly digest: Digest;
}

/** What a version consists of, out of the tables. */
export async function contentOf(db: Queryable, version: ModelVersion): Promise<VersionContent> {
  const artifacts = await listArtifacts(db, version.id, null, FILES_MAX + 1);
  const datasets = await datasetsOfVersions(db, [version.id]);
  const manifest = manifestOf({ ...version, artifacts, datasets });
  return { artifacts, manifest, digest: digestText(manifest) };
}
