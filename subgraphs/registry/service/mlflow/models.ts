import { z } from 'zod';
import { groupBy } from '../../../../kernel/groupBy.ts';
import { int64, optional, pair, required, text } from '../../domain/mlflow/args.ts';
import { REGISTERED_MODELS } from '../../domain/mlflow/filter/grammar.ts';
import { parseFilter } from '../../domain/mlflow/filter/parseFilter.ts';
import { parseOrder } from '../../domain/mlflow/filter/parseOrder.ts';
import { invalid, mlflowFault } from '../../domain/mlflow/mlflowFault.ts';
import { lastOfEach } from '../../domain/mlflow/names.ts';
import { cut, readSlice } from '../../domain/mlflow/pageToken.ts';
import { createContext } from '../../context.ts';
import { type MlflowModel, searchModels } from '../../store/mlflow/models.ts';
import { latestByStage, type MlflowVersion, versionsByLabel } from '../../store/mlflow/versions.ts';
import { createModel } from '../models/createModel.ts';
import { deleteModel } from '../models/deleteModel.ts';
import { updateModel } from '../models/updateModel.ts';
import { readAlias } from '../names.ts';
import type { MlflowCall } from './call.ts';
import { endpoint, type Endpoint } from './endpoint.ts';
import { isRefused, settled, wish } from './settled.ts';
import { type Guarding, listed, shownModel, shownVersion, stageOf } from './shown.ts';
import { deleteLabel, setLabel } from './stages.ts';
import { changeModelTags } from './tags.ts';
import { foundModel, foundVersion, guarding, readable, readStageName } from './versionReads.ts';

const one = z.object({ name: required });
const searched = z.object({
  filter: optional(text),
  max_results: optional(int64),
  order_by: optional(z.array(text)),
  page_token: optional(text),
});
const made = one.extend({ tags: optional(z.array(pair).max(1_000)), description: optional(text) });

export const modelEndpoints: readonly Endpoint[] = [
  endpoint('POST /registered-models/create', made, create),
  endpoint('GET /registered-models/get', one, async (call, { name }) => shownByName(call, name)),
  // The client of R asks by POST.
  endpoint('POST|GET /registered-models/search', searched, search),
  endpoint('POST /registered-models/rename', one.extend({ new_name: required }), async (call, { name, new_name: other }) =>
    update(call, name, { name: other }),
  ),
  endpoint('PATCH /registered-models/update', one.extend({ description: optional(text) }), async (call, { name, description }) =>
    update(call, name, { description: description ?? '' }),
  ),
  endpoint('DELETE /registered-models/delete', one, remove),
  endpoint('POST|GET /registered-models/get-latest-versions', one.extend({ stages: optional(z.array(text)) }), getLatest),
  endpoint(
    'POST /registered-models/set-tag',
    one.extend({ key: required, value: optional(text) }),
    async (call, { name, key, value }) => changeModelTags(call, await foundModel(call, name), { key, value: value ?? '' }),
  ),
  endpoint('DELETE /registered-models/delete-tag', one.extend({ key: required }), async (call, { name, key }) =>
    changeModelTags(call, await foundModel(call, name), { key, value: null }),
  ),
  endpoint(
    'POST /registered-models/alias',
    one.extend({ alias: required, version: required }),
    async (call, { name, alias, version }) => setLabel(call, await foundVersion(call, name, version), alias),
  ),
  endpoint('DELETE /registered-models/alias', one.extend({ alias: required }), async (call, { name, alias }) =>
    deleteLabel(call, await foundModel(call, name), alias),
  ),
  endpoint('GET /registered-models/alias', one.extend({ alias: required }), getByAlias),
];

async function create(call: MlflowCall, { name, tags = [], description = '' }: z.infer<typeof made>): Promise<object> {
  const result = await createModel(createContext(call.kernel, call.request), {
    ...wish(),
    name,
    description,
    tags: lastOfEach(tags),
  });
  refuseTaken(result, name);
  settled(result);
  return shownByName(call, name);
}

/** @throws Fault RESOURCE_ALREADY_EXISTS, in the words that clients look for */
function refuseTaken(result: Parameters<typeof settled>[0], name: string): void {
  if (isRefused(result) && result.code === 'MODEL_EXISTS')
    throw mlflowFault(
      'RESOURCE_ALREADY_EXISTS',
      `Registered Model (name=${name}) already exists. Names count as one in whichever case they are written.`,
    );
}

async function shownByName(call: MlflowCall, name: string): Promise<object> {
  const model = await foundModel(call, name);
  const isGuarded = await guarding(call);
  return { registered_model: shownModel(model, await latestOf(call, [model], isGuarded), isGuarded) };
}

async function search(call: MlflowCall, args: z.infer<typeof searched>): Promise<object> {
  const { filter = '', order_by: by = [], max_results: max, page_token: token } = args;
  const slice = readSlice({ max, token }, { usual: 100, most: 1_000, atOnce: 1_000 }, ['models', filter, by]);
  const clauses = parseFilter(filter, REGISTERED_MODELS);
  const orders = parseOrder(by, REGISTERED_MODELS);
  const bitmap = await readable(call);
  const found = cut(await searchModels(call.kernel.db, bitmap, clauses, orders, slice), slice);
  const isGuarded = await guarding(call);
  const latest = groupBy(await latestOf(call, found.rows, isGuarded), ({ modelNo }) => modelNo);
  const models = found.rows.map((model) => shownModel(model, latest.get(model.no) ?? [], isGuarded));
  return { ...listed('registered_models', models), next_page_token: found.token };
}

/** Of each model and stage, as clients see stages, the version with the highest number. */
async function latestOf(
  call: MlflowCall,
  models: readonly MlflowModel[],
  isGuarded: Guarding,
): Promise<readonly MlflowVersion[]> {
  const nos = models.map(({ no }) => no);
  const found = await latestByStage(call.kernel.db, await readable(call), nos);
  const keyOf = (version: MlflowVersion): string => `${version.modelNo} ${stageOf(version, isGuarded)}`;
  // They come in the order of their numbers.
  const latest = new Map(found.map((version) => [keyOf(version), version]));
  return found.filter((version) => latest.get(keyOf(version)) === version);
}

async function update(
  call: MlflowCall,
  name: string,
  change: { readonly name?: string; readonly description?: string },
): Promise<object> {
  const { id } = await foundModel(call, name);
  const result = await updateModel(createContext(call.kernel, call.request), { ...wish(), id, ...change });
  refuseTaken(result, change.name ?? name);
  settled(result);
  return shownByName(call, change.name ?? name);
}

async function remove(call: MlflowCall, { name }: z.infer<typeof one>): Promise<object> {
  const { id } = await foundModel(call, name);
  settled(await deleteModel(createContext(call.kernel, call.request), { ...wish(), id }));
  return {};
}

async function getLatest(
  call: MlflowCall,
  { name, stages = [] }: { readonly name: string; readonly stages?: string[] | undefined },
): Promise<object> {
  const wanted = new Set(stages.map(readStageName));
  const model = await foundModel(call, name);
  const isGuarded = await guarding(call);
  const latest = await latestOf(call, [model], isGuarded);
  const found = latest.filter((version) => wanted.size === 0 || wanted.has(stageOf(version, isGuarded)));
  return listed(
    'model_versions',
    found.map((version) => shownVersion(version, isGuarded)),
  );
}

async function getByAlias(call: MlflowCall, { name, alias }: { readonly name: string; readonly alias: string }): Promise<object> {
  const model = await foundModel(call, name);
  const { folded } = readAlias(alias);
  const isGuarded = await guarding(call);
  const found = await versionsByLabel(call.kernel.db, await readable(call), model.no, folded);
  // What is guarded is a stage, and no alias that somebody set before.
  const version = found.find(({ isStage }) => isStage || !isGuarded(folded, model.tags));
  if (version === undefined) throw invalid(`Registered model alias ${alias} not found.`);
  return { model_version: shownVersion(version, isGuarded) };
}
