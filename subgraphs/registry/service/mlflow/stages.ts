import { record, type Recorded } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { mutate, type RefusedResult, type Refusal } from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import { createContext } from '../../context.ts';
import { aboutVersion, versionPayload } from '../../domain/happening.ts';
import { cited, invalid, mlflowFault } from '../../domain/mlflow/mlflowFault.ts';
import type { ModelVersion } from '../../domain/model.ts';
import { archiveOthers, type MlflowVersion, setStageLabel, type Stage, versionsByLabel } from '../../store/mlflow/versions.ts';
import { versionsOfModel } from '../../store/readVersions.ts';
import { stagesOfModels } from '../../store/stages.ts';
import { lockModel } from '../../store/writeModels.ts';
import { lockVersion } from '../../store/writeVersions.ts';
import { deleteAlias, setAlias } from '../aliases/setAlias.ts';
import { readAlias } from '../names.ts';
import { guardOfStage } from '../stages/guard.ts';
import { promoteModelVersion } from '../stages/promote.ts';
import { unbindStage } from '../stages/unbind.ts';
import { gone } from '../../../../kernel/mutation/refusal.ts';
import { requireVersion } from '../target.ts';
import type { MlflowCall } from './call.ts';
import { ofStage, stageDigest } from './events.ts';
import { settled, wish } from './settled.ts';
import { readable } from './versionReads.ts';

type Labelled = Pick<MlflowVersion, 'id' | 'modelNo' | 'name' | 'number'>;

/** Sets an alias; one that a policy guards is a stage, and setting it is a promotion. */
export async function setLabel(call: MlflowCall, version: Labelled, written: string): Promise<object> {
  const { folded } = readAlias(written);
  const guard = await guardOfStage(call.kernel.db, version.modelNo, folded);
  const leads = await versionsByLabel(call.kernel.db, await readable(call), version.modelNo, folded);
  // Said once more: nothing happens.
  const isSaid = leads.some(({ id, isStage }) => id === version.id && !isStage);
  if (guard !== null) await promote(call, version, folded, guard.name);
  else if (!isSaid)
    settled(await setAlias(createContext(call.kernel, call.request), { ...wish(), versionId: version.id, alias: written }));
  return {};
}

/** Takes an alias away; of a stage that empties it, which needs the right to promote and no approval. */
export async function deleteLabel(
  call: MlflowCall,
  { id, no }: { readonly id: string; readonly no: string },
  written: string,
): Promise<object> {
  const { folded } = readAlias(written);
  const context = createContext(call.kernel, call.request);
  const isStage =
    (await guardOfStage(call.kernel.db, no, folded)) !== null ||
    (await stagesOfModels(call.kernel.db, [no], null)).some(({ stage }) => stage === folded);
  if (isStage) settled(await unbindStage(context, { ...wish(), modelId: id, stage: folded, reason: REASON }), ['STAGE_EMPTY']);
  else settled(await deleteAlias(context, { ...wish(), modelId: id, alias: written }), ['NO_ALIAS']);
  return {};
}

const REASON = 'Asked for by a client of MLflow.';

/** @throws Fault PERMISSION_DENIED that names the policy and what is missing */
async function promote(call: MlflowCall, version: Labelled, stage: string, policy: string): Promise<void> {
  const context = createContext(call.kernel, call.request);
  const found = await requireVersion(context, version.id);
  const result = await promoteModelVersion(context, {
    ...wish(),
    versionId: version.id,
    stage,
    expectedDigest: found.version.digest ?? '',
    reason: REASON,
  });
  if (!isRefusal(result) || result.code === 'ALREADY_IN_STAGE') return void settled(result, ['ALREADY_IN_STAGE']);
  const said = result.message.includes(`"${policy}"`) ? result.message : `${guardedText(stage, policy)} ${result.message}`;
  throw mlflowFault('PERMISSION_DENIED', said);
}

const guardedText = (stage: string, policy: string): string =>
  `The stage "${stage}" is guarded by the approval policy "${policy}".`;

const isRefusal = (result: { readonly __typename: string }): result is RefusedResult => result.__typename === 'Refused';

/** Brings a version into one of MLflow's stages: into one that a policy guards by promotion, else it is only said of the version. */
export async function transition(call: MlflowCall, version: Labelled, stage: Stage, archivesOthers: boolean): Promise<void> {
  if (archivesOthers && stage !== 'Staging' && stage !== 'Production')
    throw invalid(
      `Existing versions cannot be archived on the way to ${cited(stage)}: only on the way to Staging or Production.`,
    );
  const folded = stage.toLowerCase();
  const guard = stage === 'None' ? null : await guardOfStage(call.kernel.db, version.modelNo, folded);
  const bound = (await stagesOfModels(call.kernel.db, [version.modelNo], null)).filter(({ stage: one }) =>
    MLFLOW_STAGES.has(one),
  );
  if (guard !== null) await promote(call, version, folded, guard.name);
  else for (const { stage: one, versionId } of bound) if (versionId === version.id) await leave(call, version, one);
  const before = bound.find(({ stage: one, versionId }) => one === folded && versionId !== version.id);
  await sayStage(call, version, {
    stage: guard === null ? stage : 'None',
    archivesOthers,
    from: stage,
    replaced: before?.versionId ?? null,
  });
}

const MLFLOW_STAGES: ReadonlySet<string> = new Set(['staging', 'production', 'archived']);

async function leave(call: MlflowCall, { id }: Labelled, stage: string): Promise<void> {
  const context = createContext(call.kernel, call.request);
  const { model } = await requireVersion(context, id);
  settled(await unbindStage(context, { ...wish(), modelId: model.id, stage, reason: REASON }), ['STAGE_EMPTY']);
}

interface Said {
  readonly stage: Stage;
  readonly archivesOthers: boolean;
  /** Which stage the others are taken out of. */
  readonly from: Stage;
  /** Who was in the guarded stage before. */
  readonly replaced: string | null;
}

async function sayStage(
  call: MlflowCall,
  { id, modelNo }: Labelled,
  { stage, archivesOthers, from, replaced }: Said,
): Promise<void> {
  const input = { ...wish(), versionId: id, stage, archivesOthers };
  const target = { subject: { type: 'ModelVersion', id }, resources: [modelNo] };
  const result = await mutate(
    call.kernel.db,
    call.request,
    {
      operation: 'mlflow.transitionStage',
      noun: 'registry.version',
      action: 'registry.write',
      input,
      prepare: () => target,
      // Who archives the others takes their rows, too: one transition of a model after the other.
      first: (tx) => lockModel(tx, modelNo),
    },
    async (tx, origin): Promise<Staged | Refusal> => {
      const version = await lockVersion(tx, id);
      if (version === null) return gone('The version');
      const guarded = await refuseGuarded(tx, modelNo, stage);
      if (guarded !== null) return guarded;
      await setStageLabel(tx, id, stage);
      const archived = archivesOthers ? [...(await archiveOthers(tx, modelNo, id, from))] : [];
      if (archivesOthers && replaced !== null) {
        await setStageLabel(tx, replaced, 'Archived');
        archived.push(replaced);
      }
      const receipt = await record(tx, origin, [
        staged(version, stage, archived),
        ...(await versionsOfModel(tx, modelNo))
          .filter((other) => archived.includes(other.id))
          .map((other) => staged({ ...other, modelId: version.modelId }, 'Archived', [])),
      ]);
      return { __typename: 'VersionStaged', ...tokens(receipt) };
    },
  );
  settled(result);
}

/** A stage may have come to be guarded since it was looked at: then only what is approved comes there. */
async function refuseGuarded(tx: Tx, modelNo: string, stage: Stage): Promise<Refusal | null> {
  const guard = stage === 'None' ? null : await guardOfStage(tx, modelNo, stage.toLowerCase());
  if (guard === null) return null;
  const message = `${guardedText(stage.toLowerCase(), guard.name)} Ask once more: from now on that is a promotion.`;
  return { refusal: { code: 'GUARDED_STAGE', message, policyIds: [guard.name] } };
}

/** Each version that comes into another stage has an event of its own, by which its row is held. */
const staged = (version: Pick<ModelVersion, 'id' | 'modelId' | 'number'>, stage: Stage, archived: string[]): Recorded =>
  ofStage(aboutVersion(version, stageDigest(version.id, stage), { fields: ['stageLabel'], detail: { stage, archived } }), {
    ...versionPayload(version),
    stage,
    archived,
  });

interface Staged {
  readonly __typename: 'VersionStaged';
  readonly auditId: string;
  readonly readToken: string;
}
