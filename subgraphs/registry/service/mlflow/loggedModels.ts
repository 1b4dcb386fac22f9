import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Origin } from '../../../../kernel/audit/append.ts';
import { record } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { flag, int64, optional, pair, required, text } from '../../domain/mlflow/args.ts';
import type { Clause } from '../../domain/mlflow/filter/clause.ts';
import { LOGGED_MODELS } from '../../domain/mlflow/filter/grammar.ts';
import { parseFilter } from '../../domain/mlflow/filter/parseFilter.ts';
import { parseOrder } from '../../domain/mlflow/filter/parseOrder.ts';
import { absent, cited, invalid, mlflowFault } from '../../domain/mlflow/mlflowFault.ts';
import {
  checkKey,
  checkLength,
  checkLoggedModelName,
  checkParams,
  checkTags,
  lastOfEach,
  TAG_CHARS_MAX,
} from '../../domain/mlflow/names.ts';
import { cut, readSlice } from '../../domain/mlflow/pageToken.ts';
import {
  addLoggedModelParams,
  deleteLoggedModel,
  deleteLoggedModelTag,
  insertLoggedModel,
  lockLoggedModel,
  type LoggedModel,
  LOGGED_MODEL_STATES,
  loggedModelById,
  setLoggedModelState,
  setLoggedModelTags,
} from '../../store/mlflow/loggedModels.ts';
import { searchLoggedModels } from '../../store/mlflow/searchLoggedModels.ts';
import { type MlflowCall, mayBrowse, tracking } from './call.ts';
import { endpoint, type Endpoint } from './endpoint.ts';
import { ofLoggedModel } from './events.ts';
import { isNo, lockActiveExperiment } from './experiments.ts';
import { listed, shownLoggedModel } from './shown.ts';

const one = z.object({ model_id: required });
const made = z.object({
  experiment_id: required,
  name: optional(text),
  model_type: optional(text),
  source_run_id: optional(text),
  params: optional(z.array(pair).max(1_000)),
  tags: optional(z.array(pair).max(1_000)),
  // Not of MLflow: the id that it had where it was imported from.
  imported_model_id: optional(z.string().regex(/^m-[0-9a-f]{32}$/)),
});
const STATE_OF = new Map(LOGGED_MODEL_STATES.map((state) => [`LOGGED_MODEL_${state}`, state]));
/** Protobuf writes an enum by name or by number. */
const status = z.union([z.string().transform((name) => STATE_OF.get(name)), int64.transform((n) => LOGGED_MODEL_STATES[n - 1])]);
const finalized = one.extend({ status: optional(status) });
const tagged = one.extend({ tags: z.array(pair).max(1_000) });
const searched = z.object({
  experiment_ids: optional(z.array(text)),
  filter: optional(text),
  datasets: optional(z.array(z.object({ dataset_name: required, dataset_digest: optional(text) })).max(100)),
  max_results: optional(int64),
  order_by: optional(
    z
      .array(
        z.object({
          field_name: required,
          ascending: optional(flag),
          dataset_name: optional(text),
          dataset_digest: optional(text),
        }),
      )
      .max(20),
  ),
  page_token: optional(text),
});

export const loggedModelEndpoints: readonly Endpoint[] = [
  endpoint('POST /logged-models', made, create),
  endpoint('POST /logged-models/search', searched, search),
  endpoint('GET /logged-models/:model_id', one, async (call, { model_id: id }) => ({ model: await shownById(call, id) })),
  endpoint('PATCH /logged-models/:model_id', finalized, finalize),
  endpoint('DELETE /logged-models/:model_id', one, remove),
  endpoint('PATCH /logged-models/:model_id/tags', tagged, setTags),
  endpoint('DELETE /logged-models/:model_id/tags/:tag_key', one.extend({ tag_key: required }), deleteTag),
  endpoint('POST /logged-models/:model_id/params', one.extend({ params: z.array(pair).max(1_000) }), logParams),
];

export const noLoggedModel = (id: string): Error => absent(`Logged model with ID ${cited(id)} not found.`);

async function shownById(call: MlflowCall, id: string): Promise<object> {
  mayBrowse(call);
  const model = await loggedModelById(call.kernel.db, id);
  if (model === null) throw noLoggedModel(id);
  return shownLoggedModel(model);
}

async function create(call: MlflowCall, args: z.infer<typeof made>): Promise<object> {
  const {
    experiment_id: experimentNo,
    name = '',
    model_type: type = '',
    source_run_id: runId = '',
    params = [],
    tags = [],
  } = args;
  const id = args.imported_model_id ?? `m-${randomBytes(16).toString('hex')}`;
  const chosen = name === '' ? 'model' : name;
  checkLoggedModelName(chosen);
  checkLength('The type of the model', type, 500);
  checkLength('The id of the run', runId, 256);
  checkParams(params);
  checkTags(tags, TAG_CHARS_MAX);
  await tracking(call, async (tx, origin) => {
    await lockActiveExperiment(tx, experimentNo);
    const model = {
      id,
      experimentNo,
      name: chosen,
      modelType: type || null,
      sourceRunId: runId || null,
      createdBy: origin.actor.id,
    };
    if (!(await insertLoggedModel(tx, model)))
      throw mlflowFault('RESOURCE_ALREADY_EXISTS', `Logged model with ID ${cited(id)} already exists.`);
    await addLoggedModelParams(tx, id, lastOfEach(params));
    await setLoggedModelTags(tx, id, lastOfEach(tags));
    await record(tx, origin, [
      await ofLoggedModel(tx, 'created', model, { name: chosen, params: lastOfEach(params), tags: lastOfEach(tags) }),
    ]);
  });
  return { model: await shownById(call, id) };
}

type Locked = Pick<LoggedModel, 'id' | 'experimentNo' | 'status' | 'sourceRunId'>;

const changing = (call: MlflowCall, id: string, work: (tx: Tx, origin: Origin, model: Locked) => Promise<void>): Promise<void> =>
  tracking(call, async (tx, origin) => {
    const model = await lockLoggedModel(tx, id);
    if (model === null) throw noLoggedModel(id);
    await work(tx, origin, model);
  });

async function finalize(call: MlflowCall, { model_id: id, status: state }: z.infer<typeof finalized>): Promise<object> {
  if (state === undefined || state === 'PENDING')
    throw invalid('Invalid model status: write LOGGED_MODEL_READY or LOGGED_MODEL_UPLOAD_FAILED.');
  await changing(call, id, async (tx, origin, model) => {
    if (model.status === state) return;
    await setLoggedModelState(tx, id, state);
    await record(tx, origin, [await ofLoggedModel(tx, 'changed', model, { status: { before: model.status, after: state } })]);
  });
  return { model: await shownById(call, id) };
}

async function remove(call: MlflowCall, { model_id: id }: z.infer<typeof one>): Promise<object> {
  await changing(call, id, async (tx, origin, model) => {
    await deleteLoggedModel(tx, id);
    await record(tx, origin, [await ofLoggedModel(tx, 'deleted', model, null)]);
  });
  return {};
}

async function setTags(call: MlflowCall, { model_id: id, tags }: z.infer<typeof tagged>): Promise<object> {
  checkTags(tags, TAG_CHARS_MAX);
  await changing(call, id, async (tx, origin, model) => {
    if ((await setLoggedModelTags(tx, id, lastOfEach(tags))) > 0)
      await record(tx, origin, [await ofLoggedModel(tx, 'changed', model, { tags: lastOfEach(tags) })]);
  });
  return { model: await shownById(call, id) };
}

async function deleteTag(
  call: MlflowCall,
  { model_id: id, tag_key: key }: { readonly model_id: string; readonly tag_key: string },
): Promise<object> {
  checkKey('tag', key);
  await changing(call, id, async (tx, origin, model) => {
    if (!(await deleteLoggedModelTag(tx, id, key)))
      throw absent(`No tag with key ${cited(key)} found for model with ID ${cited(id)}.`);
    await record(tx, origin, [await ofLoggedModel(tx, 'changed', model, { tags: { key, value: null } })]);
  });
  return {};
}

async function logParams(
  call: MlflowCall,
  { model_id: id, params }: { readonly model_id: string; readonly params: z.infer<typeof pair>[] },
): Promise<object> {
  checkParams(params);
  await changing(call, id, async (tx, origin, model) => {
    if ((await addLoggedModelParams(tx, id, lastOfEach(params))) > 0)
      await record(tx, origin, [await ofLoggedModel(tx, 'changed', model, { params: lastOfEach(params) })]);
  });
  return {};
}

async function search(call: MlflowCall, args: z.infer<typeof searched>): Promise<object> {
  mayBrowse(call);
  const { experiment_ids: ids = [], filter = '', order_by: by = [], datasets = [] } = args;
  const slice = readSlice({ max: args.max_results, token: args.page_token }, { usual: 50, most: 1_000, atOnce: 1_000 }, [
    'logged models',
    ids,
    filter,
    by,
    datasets,
  ]);
  const clauses = parseFilter(filter, LOGGED_MODELS).map(withOwnState);
  const orders = parseOrder(
    by.map(({ field_name: name, ascending }) => `${name} ${ascending === false ? 'DESC' : 'ASC'}`),
    LOGGED_MODELS,
  );
  const among = {
    experimentNos: ids.filter(isNo),
    datasets: datasets.map(({ dataset_name: name, dataset_digest: digest = '' }) => ({ name, digest })),
  };
  const found = cut(await searchLoggedModels(call.kernel.db, among, clauses, orders, slice), slice);
  return { ...listed('models', found.rows.map(shownLoggedModel)), next_page_token: found.token };
}

/** Clients write the state with or without what MLflow puts before it. */
function withOwnState(clause: Clause): Clause {
  if (clause.subject !== 'attribute' || clause.key !== 'status') return clause;
  const short = (value: string): string => value.replace(/^LOGGED_MODEL_/, '');
  if ('values' in clause) return { ...clause, values: clause.values.map(short) };
  return 'value' in clause && typeof clause.value === 'string' ? { ...clause, value: short(clause.value) } : clause;
}
