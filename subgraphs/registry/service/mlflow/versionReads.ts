import { chooseGuard, policiesInForce } from '../../../../kernel/approval/guards.ts';
import { type Bitmap, visible } from '../../../../kernel/policy/visible.ts';
import { createContext } from '../../context.ts';
import { tagWords } from '../../domain/labels.ts';
import { absent, cited, invalid } from '../../domain/mlflow/mlflowFault.ts';
import { type MlflowModel, mlflowModel } from '../../store/mlflow/models.ts';
import { type MlflowVersion, mlflowVersion, type Stage, STAGES } from '../../store/mlflow/versions.ts';
import { readModelName } from '../names.ts';
import type { MlflowCall } from './call.ts';
import type { Guarding } from './shown.ts';

/** The models that the caller may read. */
export const readable = ({ kernel, request }: MlflowCall): Promise<Bitmap> => visible(kernel.db, request, 'registry.read');

/** Looks for one thing that the caller may see, also while its class changes. */
const look = <T>(call: MlflowCall, find: (bitmap: Bitmap) => Promise<T | null>): Promise<T | null> =>
  createContext(call.kernel, call.request).look(find);

/** Which stages are guarded as it is now. */
export async function guarding({ kernel }: MlflowCall): Promise<Guarding> {
  const policies = await policiesInForce(kernel.db);
  return (folded, tags) => chooseGuard(policies, { kind: 'MODEL_STAGE', key: folded, tags: tagWords(tags) }) !== null;
}

/** @throws Fault RESOURCE_DOES_NOT_EXIST, also for what the caller may not see */
export async function foundModel(call: MlflowCall, name: string): Promise<MlflowModel> {
  const { folded } = readModelName(name);
  const model = await look(call, (bitmap) => mlflowModel(call.kernel.db, bitmap, folded));
  if (model === null) throw absent(`Registered Model with name=${name} not found`);
  return model;
}

/** @throws Fault RESOURCE_DOES_NOT_EXIST, also for what the caller may not see; INVALID_PARAMETER_VALUE */
export async function foundVersion(call: MlflowCall, name: string, version: string): Promise<MlflowVersion> {
  if (!/^[+-]?\d+$/.test(version.trim())) throw invalid(`Parameter 'version' must be an integer, got ${cited(version)}.`);
  const number = Number(version);
  const model = await foundModel(call, name);
  const isPossible = number >= 1 && number < 2 ** 31;
  const found = isPossible ? await look(call, (bitmap) => mlflowVersion(call.kernel.db, bitmap, model.no, number)) : null;
  if (found === null) throw absent(`Model Version (name=${name}, version=${version}) not found`);
  return found;
}

/** The one of MLflow's four stages that is meant, in whichever case. @throws Fault INVALID_PARAMETER_VALUE */
export function readStageName(written: string): Stage {
  const stage = STAGES.find((one) => one.toLowerCase() === written.toLowerCase());
  if (stage === undefined)
    throw invalid(`Invalid Model Version stage: ${cited(written)}. Value must be one of ${STAGES.join(', ')}.`);
  return stage;
}
