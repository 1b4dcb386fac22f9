import { absent, mlflowFault } from '../../domain/mlflow/mlflowFault.ts';
import type { ArtifactOwner } from '../../domain/mlflow/artifactPlace.ts';
import type { Queryable, Tx } from '../../../../kernel/db/database.ts';
import { createContext } from '../../context.ts';
import { lockLoggedModel, loggedModelById } from '../../store/mlflow/loggedModels.ts';
import { lockRun, runById } from '../../store/mlflow/runs.ts';
import { type MlflowCall, mayBrowse } from './call.ts';
import type { TrackedOwner } from './events.ts';
import { noLoggedModel } from './loggedModels.ts';
import { noRun, notActive } from './runs.ts';

/** Whether the caller may read these artifacts. @throws Fault PERMISSION_DENIED, RESOURCE_DOES_NOT_EXIST */
export async function mayReadArtifacts(call: MlflowCall, { kind, id }: ArtifactOwner): Promise<void> {
  const { kernel, request } = call;
  if (kind !== 'VERSION') {
    mayBrowse(call);
    await requireOwner(kernel.db, { kind, id });
  } else if ((await createContext(kernel, request).versions.load(id)) === null)
    throw absent(`There is no model version ${id}, or you may not read it.`);
}

/** Whether artifacts of this owner can be written. @throws Fault RESOURCE_DOES_NOT_EXIST, PERMISSION_DENIED, INVALID_PARAMETER_VALUE */
export async function requireOpenOwner(
  db: Queryable,
  { kind, id }: ArtifactOwner,
): Promise<{ readonly owner: TrackedOwner; readonly experimentNo: string }> {
  if (kind === 'VERSION')
    throw mlflowFault(
      'PERMISSION_DENIED',
      'The artifacts of a model version are sealed: they never change. Register a new version.',
    );
  const { experimentNo, isDeleted } = await requireOwner(db, { kind, id });
  if (isDeleted) throw notActive(id);
  return { owner: { kind, id }, experimentNo };
}

/** The same for whoever writes there. One writes after the other: otherwise a path could become a file and a folder. */
export async function takeOpenOwner(tx: Tx, owner: ArtifactOwner): ReturnType<typeof requireOpenOwner> {
  if (owner.kind === 'RUN') await lockRun(tx, owner.id);
  if (owner.kind === 'LOGGED_MODEL') await lockLoggedModel(tx, owner.id);
  return requireOpenOwner(tx, owner);
}

async function requireOwner(
  db: Queryable,
  { kind, id }: TrackedOwner,
): Promise<{ readonly experimentNo: string; readonly isDeleted: boolean }> {
  if (kind === 'RUN') {
    const run = await runById(db, id);
    if (run === null) throw noRun(id);
    return run;
  }
  const model = await loggedModelById(db, id);
  if (model === null) throw noLoggedModel(id);
  return { ...model, isDeleted: false };
}
