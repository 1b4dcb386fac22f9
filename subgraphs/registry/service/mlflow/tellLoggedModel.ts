import { z } from 'zod';
import type { Origin } from '../../../../kernel/audit/append.ts';
import { record } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { lockLoggedModel, loggedModelById, setLoggedModelTags } from '../../store/mlflow/loggedModels.ts';
import { ofLoggedModel } from './events.ts';

/** Where clients look up which versions were made of a logged model. */
const TAG = 'mlflow.modelVersions';
const VERSIONS_MAX = 100;

const versions = z.array(z.object({ name: z.string(), version: z.union([z.int(), z.string()]) }));

/** Says at a logged model that a version was made of it. */
export async function tellLoggedModel(
  tx: Tx,
  origin: Origin,
  id: string,
  made: { readonly name: string; readonly version: number },
): Promise<void> {
  const locked = await lockLoggedModel(tx, id);
  const model = locked === null ? null : await loggedModelById(tx, id);
  if (model === null) return;
  const before = readVersions(model.tags.find(({ key }) => key === TAG)?.value ?? '[]');
  const value = JSON.stringify([...before, made].slice(-VERSIONS_MAX));
  await setLoggedModelTags(tx, id, [{ key: TAG, value }]);
  await record(tx, origin, [await ofLoggedModel(tx, 'changed', model, { tags: [{ key: TAG, value }] })]);
}

function readVersions(text: string): z.infer<typeof versions> {
  try {
    return versions.parse(JSON.parse(text));
  } catch {
    return [];
  }
}
