import { z } from 'zod';
import type { Tally } from './imported.ts';
import type { MlflowSource, SourceOwner } from './source.ts';
import { type ImportTarget, Unwilling } from './target.ts';

/** From where to where, and how far it is. */
export interface Importing {
  readonly source: MlflowSource;
  readonly target: ImportTarget;
  readonly tally: Tally;
  readonly progress: (what: string, done: number) => void;
}

const files = z.object({
  files: z.array(z.object({ path: z.string(), is_dir: z.boolean(), file_size: z.number().optional() })).default([]),
});

/** Uploads the artifacts that are not there with the same size. @param root where they go, `mlflow-artifacts:/…` */
export async function uploadMissing(
  { source, target, tally, progress }: Importing,
  owner: SourceOwner,
  root: string,
): Promise<void> {
  const folders = new Map<string, ReadonlyMap<string, number>>();
  for await (const { path, sizeBytes, open } of source.artifacts(owner)) {
    const folder = path.split('/').slice(0, -1).join('/');
    const there = folders.get(folder) ?? (await sizesIn(target, owner, folder));
    folders.set(folder, there);
    if (there.get(path) === sizeBytes) continue;
    try {
      await target.upload(`${root}/${path}`, await open(), sizeBytes);
    } catch (error) {
      if (!(error instanceof Unwilling)) throw error;
      tally.notes.push(`The artifact ${path} of ${owner.id} is left out: ${error.message}`);
      continue;
    }
    tally.artifacts += 1;
    tally.artifactBytes += sizeBytes;
    progress('Artifacts', tally.artifacts);
  }
}

async function sizesIn(target: ImportTarget, { kind, id }: SourceOwner, folder: string): Promise<ReadonlyMap<string, number>> {
  const found =
    kind === 'run'
      ? await target.get('/artifacts/list', { run_id: id, path: folder }, files)
      : await target.get(`/logged-models/${id}/artifacts/directories`, { artifact_directory_path: folder }, files);
  return new Map(
    found.files.flatMap(({ path, is_dir: isFolder, file_size: sizeBytes }) =>
      isFolder || sizeBytes === undefined ? [] : [[path, sizeBytes] as const],
    ),
  );
}
