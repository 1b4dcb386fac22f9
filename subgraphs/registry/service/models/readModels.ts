import { badInput } from '../../../../kernel/fault.ts';
import { type Connection, type PageArgs, readPage, toConnection } from '../../../../kernel/page.ts';
import type { Context } from '../../context.ts';
import { foldName } from '../../../../kernel/foldName.ts';
import type { Model, StageBinding } from '../../domain/model.ts';
import { listModels, modelByName } from '../../store/readModels.ts';
import { stageHistory } from '../../store/stages.ts';
import { readModelName, readStage } from '../names.ts';
import { requirePresent } from '../presentOnly.ts';

/** One model by id or by any spelling of its name. @throws Fault BAD_USER_INPUT */
export async function findModel(
  context: Context,
  { id, name }: { readonly id?: string | null; readonly name?: string | null },
): Promise<Model | null> {
  if (typeof id === 'string') return context.models.load(id);
  if (typeof name !== 'string') throw badInput('model needs id or name.');
  const { folded } = readModelName(name);
  return context.look((bitmap) => modelByName(context.kernel.db, bitmap, folded, context.request.asOf));
}

export interface ModelFilterInput {
  readonly namePrefix?: string | null;
  readonly tag?: { readonly key: string; readonly value?: string | null } | null;
  readonly ownerId?: string | null;
  readonly stage?: string | null;
}

/** Models in the order of their names. */
export async function modelConnection(context: Context, filter: ModelFilterInput, args: PageArgs): Promise<Connection<Model>> {
  const { kernel, request } = context;
  const { namePrefix, tag, ownerId, stage } = filter;
  if (tag !== undefined && tag !== null) requirePresent(context, 'models(filter: { tag })');
  if (typeof ownerId === 'string') requirePresent(context, 'models(filter: { ownerId })');
  const narrowed = {
    namePrefix:
      typeof namePrefix === 'string' && namePrefix.trim() !== '' ? foldName('namePrefix', namePrefix, 200).folded : null,
    tag: tag === undefined || tag === null ? null : { key: tag.key, value: tag.value ?? null },
    ownerId: ownerId ?? null,
    stage: typeof stage === 'string' ? readStage(stage) : null,
  };
  const page = readPage(args, JSON.stringify(['models', narrowed, request.asOf]), 50, ['text', 'text']);
  const window = { after: page.after, count: page.first + 1 };
  const rows = await listModels(kernel.db, await context.visible(), narrowed, window, request.asOf);
  return toConnection(rows, page, ({ sortName, id }) => [sortName, id]);
}

/** What was in stages of a model and is, the latest first. */
export async function stageHistoryConnection(
  { kernel, request }: Context,
  { no }: Pick<Model, 'no'>,
  written: string | null,
  args: PageArgs,
): Promise<Connection<StageBinding>> {
  const stage = written === null ? null : readStage(written);
  const page = readPage(args, JSON.stringify(['stageHistory', no, stage, request.asOf]), 50, ['no']);
  const window = { stage, before: page.after?.[0] ?? null, count: page.first + 1 };
  const rows = await stageHistory(kernel.db, no, window, request.asOf);
  return toConnection(rows, page, ({ seq }) => [seq]);
}
