import { chooseGuard } from '../../../../kernel/approval/guards.ts';
import type { Context } from '../../context.ts';
import { tagWords } from '../../domain/labels.ts';
import type { AliasBinding, Model, ModelVersion, No } from '../../domain/model.ts';
import { readAlias } from '../names.ts';

/** Names that stand for versions of a model. One that is guarded by now is a stage, whatever it was before. */
export async function aliasesOf(context: Context, { no }: Pick<Model, 'no'>): Promise<readonly AliasBinding[]> {
  const all = await context.aliases.load(no);
  if (all.length === 0) return [];
  const isGuarded = await guardsOf(context, no);
  return all.filter(({ folded }) => !isGuarded(folded));
}

/** The version that an alias or a stage stands for; a stage goes before an alias of its name. */
export async function versionByLabel(context: Context, model: Model, written: string): Promise<ModelVersion | null> {
  const { folded } = readAlias(written);
  const staged = (await context.stages.load(model.no)).find(({ stage }) => stage === folded);
  if (staged !== undefined) return context.versions.load(staged.versionId);
  const alias = (await aliasesNamed(context, model.no, folded)).at(0);
  return alias === undefined ? null : context.versions.load(alias.versionId);
}

async function aliasesNamed(context: Context, no: No, wanted: string): Promise<readonly AliasBinding[]> {
  const isGuarded = await guardsOf(context, no);
  return isGuarded(wanted) ? [] : (await context.aliases.load(no)).filter(({ folded }) => folded === wanted);
}

/** Whether a name is a guarded stage of a model: pages of models ask for the policies once. */
async function guardsOf(context: Context, no: No): Promise<(stage: string) => boolean> {
  const policies = await context.guards();
  const tags = tagWords(await context.modelTags.load(no));
  return (stage) => chooseGuard(policies, { kind: 'MODEL_STAGE', key: stage, tags }) !== null;
}
