import { z } from 'zod';
import { record } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { double, int64, optional, pair, type Pair, required, text } from '../../domain/mlflow/args.ts';
import { absent, cited, invalid } from '../../domain/mlflow/mlflowFault.ts';
import { checkKey, checkLength, checkParams, checkTags, lastOfEach, TAG_CHARS_MAX } from '../../domain/mlflow/names.ts';
import { cut, readSlice } from '../../domain/mlflow/pageToken.ts';
import {
  addDatasets,
  addMetrics,
  addParams,
  deleteRunTag,
  metricHistory,
  paramsOtherwise,
  runSizes,
  setRunTags,
} from '../../store/mlflow/logged.ts';
import { addModelMetrics, linkModels, type MeasuredModel } from '../../store/mlflow/loggedModels.ts';
import { type DatasetInput, lockRun, renameRun, type Run, runById } from '../../store/mlflow/runs.ts';
import { type MlflowCall, mayBrowse, tracking } from './call.ts';
import { endpoint, type Endpoint } from './endpoint.ts';
import { type Logged, ofLoggedModel, ofLogging } from './events.ts';
import { NAME_TAG, noRun, notActive, oneRun, type OneRun, runIdOf } from './runs.ts';

const METRICS_MAX = 1_000;
const PAIRS_MAX = 100;
const TOGETHER_MAX = 1_000;
/** What one run may have of each at most: whoever reads a run gets all of it. */
const OF_A_RUN_MAX = { metrics: 10_000, params: 10_000, tags: 2_000, datasets: 1_000 } as const;
const DATASET_CHARS_MAX = {
  name: 500,
  digest: 36,
  source_type: 500,
  source: 65_535,
  schema: 1_048_575,
  profile: 1_048_575,
} as const;

const metric = z.object({
  key: required,
  value: double,
  timestamp: int64,
  step: optional(int64),
  model_id: optional(text),
  dataset_name: optional(text),
  dataset_digest: optional(text),
});
type MetricArgs = z.infer<typeof metric>;
const batch = oneRun.extend({
  metrics: optional(z.array(metric)),
  params: optional(z.array(pair)),
  tags: optional(z.array(pair)),
});
const inputs = oneRun.extend({
  datasets: optional(
    z
      .array(
        z.object({
          tags: optional(z.array(pair).max(PAIRS_MAX)),
          dataset: z.object({
            name: required,
            digest: required,
            source_type: required,
            source: required,
            schema: optional(text),
            profile: optional(text),
          }),
        }),
      )
      .max(1_000),
  ),
  models: optional(z.array(z.object({ model_id: required })).max(1_000)),
});
const outputs = oneRun.extend({ models: z.array(z.object({ model_id: required, step: optional(int64) })).max(1_000) });
const history = oneRun.extend({ metric_key: required, max_results: optional(int64), page_token: optional(text) });

export const loggingEndpoints: readonly Endpoint[] = [
  endpoint('POST /runs/log-metric', oneRun.extend(metric.shape), async (call, args) => logAll(call, args, { metrics: [args] })),
  endpoint('POST /runs/log-parameter', oneRun.extend({ key: required, value: optional(text) }), async (call, args) =>
    logAll(call, args, { params: [{ key: args.key, value: args.value ?? '' }] }),
  ),
  endpoint('POST /runs/set-tag', oneRun.extend({ key: required, value: optional(text) }), async (call, args) =>
    logAll(call, args, { tags: [{ key: args.key, value: args.value ?? '' }] }),
  ),
  endpoint('POST /runs/log-batch', batch, async (call, args) => logAll(call, args, args)),
  endpoint('POST /runs/delete-tag', oneRun.extend({ key: required }), deleteTag),
  endpoint('POST /runs/log-inputs', inputs, logInputs),
  endpoint('POST /runs/outputs', outputs, logOutputs),
  endpoint('POST /runs/log-model', oneRun.extend({ model_json: required }), logModel),
  endpoint('GET /metrics/get-history', history, getHistory),
];

interface Batch {
  readonly metrics?: readonly MetricArgs[] | undefined;
  readonly params?: readonly Pair[] | undefined;
  readonly tags?: readonly Pair[] | undefined;
}

async function logAll(call: MlflowCall, run: OneRun, { metrics = [], params = [], tags = [] }: Batch): Promise<object> {
  checkBatch(metrics, params, tags);
  const last = lastOfEach(tags);
  return logging(call, run, async (tx, { id }) => {
    await refuseOtherParams(tx, id, params);
    const points = metrics.map(({ key, value, timestamp, step }) => ({ key, value, timestampMs: timestamp, step: step ?? 0 }));
    const ofModels = metrics.flatMap((one, i) => {
      const point = points[i];
      return one.model_id === undefined || one.model_id === '' || point === undefined
        ? []
        : [{ ...point, modelId: one.model_id, datasetName: one.dataset_name ?? '', datasetDigest: one.dataset_digest ?? '' }];
    });
    const measured = await addModelMetrics(tx, id, ofModels);
    const added = {
      metrics: (await addMetrics(tx, id, points)) + measured.length,
      params: await addParams(tx, id, params),
      tags: await setRunTags(tx, id, last),
    };
    const name = last.find(({ key }) => key === NAME_TAG)?.value;
    if (name !== undefined) await renameRun(tx, id, name);
    return {
      ...(added.metrics > 0 && { metrics: points.map(({ key }) => key) }),
      ...(added.params > 0 && { params: params.map(({ key }) => key) }),
      ...(added.tags > 0 && { tags: last.map(({ key }) => key) }),
      ...(measured.length > 0 && { measured }),
    };
  });
}

interface LoggedOf extends Logged {
  /** Logged models of which something new was measured, locked. */
  readonly measured?: readonly MeasuredModel[];
}

/** Runs one change of what is logged in an active run; what is there already leaves no trace. */
async function logging(call: MlflowCall, args: OneRun, work: (tx: Tx, run: Run) => Promise<LoggedOf>): Promise<object> {
  const id = runIdOf(args);
  await tracking(call, async (tx, origin) => {
    const run = await lockRun(tx, id);
    if (run === null) throw noRun(id);
    if (run.isDeleted) throw notActive(id);
    const { measured = [], ...logged } = await work(tx, run);
    if (Object.keys(logged).length === 0) return;
    await refuseTooMany(tx, id);
    const events = [...(await ofLogging(tx, run, logged))];
    for (const { keys, ...model } of measured)
      events.push(await ofLoggedModel(tx, 'changed', model, { metrics: { runId: id, keys } }));
    await record(tx, origin, events);
  });
  return {};
}

function checkBatch(metrics: readonly MetricArgs[], params: readonly Pair[], tags: readonly Pair[]): void {
  const bounds = [
    ['metrics', METRICS_MAX, metrics.length],
    ['params', PAIRS_MAX, params.length],
    ['tags', PAIRS_MAX, tags.length],
    ['metrics, params, and tags', TOGETHER_MAX, metrics.length + params.length + tags.length],
  ] as const;
  for (const [what, most, count] of bounds) {
    if (count > most)
      throw invalid(
        `A batch logging request can contain at most ${most} ${what}. Got ${count} ${what}. Please split up ${what} across multiple requests and try again.`,
      );
  }
  for (const { key, timestamp } of metrics) {
    checkKey('metric', key);
    if (timestamp < 0)
      throw invalid(
        `Got invalid timestamp ${timestamp} for metric ${cited(key)}. Timestamp must be a nonnegative 64-bit integer.`,
      );
  }
  checkParams(params);
  checkTags(tags, TAG_CHARS_MAX);
  const keys = params.map(({ key }) => key);
  const second = keys.find((key, i) => keys.indexOf(key) !== i);
  if (second !== undefined)
    throw invalid(
      `Duplicate parameter keys have been submitted: ${cited(second)}. Please ensure the request contains only one param value per param key.`,
    );
}

async function refuseOtherParams(tx: Tx, runId: string, params: readonly Pair[]): Promise<void> {
  if (params.length === 0) return;
  const [first] = await paramsOtherwise(tx, runId, params);
  if (first === undefined) return;
  throw invalid(
    `Changing param values is not allowed. Param with key=${cited(first.key)} was already logged with value=${cited(first.before)} for run ID='${runId}'. Attempted logging new value ${cited(first.value)}.`,
  );
}

async function refuseTooMany(tx: Tx, runId: string): Promise<void> {
  const sizes = await runSizes(tx, runId);
  for (const [kind, most] of Object.entries(OF_A_RUN_MAX)) {
    if (sizes[kind as keyof typeof OF_A_RUN_MAX] > most)
      throw invalid(`The run ${runId} would have more than ${most} ${kind}. Log further ones in another run.`);
  }
}

async function deleteTag(call: MlflowCall, args: OneRun & { readonly key: string }): Promise<object> {
  checkKey('tag', args.key);
  return logging(call, args, async (tx, { id }) => {
    if (await deleteRunTag(tx, id, args.key)) return { tags: [args.key] };
    throw absent(`No tag with name: ${args.key} in run with id ${id}`);
  });
}

async function logInputs(call: MlflowCall, args: z.infer<typeof inputs>): Promise<object> {
  const datasets = (args.datasets ?? []).map(({ tags = [], dataset }): DatasetInput => {
    for (const [field, most] of Object.entries(DATASET_CHARS_MAX))
      checkLength(`The ${field} of a dataset`, dataset[field as keyof typeof DATASET_CHARS_MAX] ?? '', most);
    checkTags(tags, 500);
    return {
      name: dataset.name,
      digest: dataset.digest,
      sourceType: dataset.source_type,
      source: dataset.source,
      columns: dataset.schema ?? null,
      profile: dataset.profile ?? null,
      tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
    };
  });
  const unique = [...new Map(datasets.map((dataset) => [JSON.stringify([dataset.name, dataset.digest]), dataset])).values()];
  const models = (args.models ?? []).map(({ model_id: modelId }) => ({ modelId, step: 0 }));
  return logging(call, args, async (tx, { id }) => ({
    ...((await addDatasets(tx, id, unique)) > 0 && { datasets: unique.map(({ name }) => name) }),
    ...((await linkModels(tx, id, 'INPUT', models)) > 0 && { models: models.map(({ modelId }) => modelId) }),
  }));
}

async function logOutputs(call: MlflowCall, args: z.infer<typeof outputs>): Promise<object> {
  const models = args.models.map(({ model_id: modelId, step = 0 }) => ({ modelId, step }));
  return logging(call, args, async (tx, { id }) => ({
    ...((await linkModels(tx, id, 'OUTPUT', models)) > 0 && { models: models.map(({ modelId }) => modelId) }),
  }));
}

const LOGGED_TAG = 'mlflow.log-model.history';
const LOGGED_CHARS_MAX = 1_000_000;

const modelInfo = z.looseObject({
  artifact_path: z.unknown(),
  flavors: z.unknown(),
  utc_time_created: z.unknown(),
  run_id: z.unknown(),
});

/** How clients of MLflow 2 say that a run wrote a model: it stands in a tag. */
async function logModel(call: MlflowCall, args: OneRun & { readonly model_json: string }): Promise<object> {
  const model = readModelJson(args.model_json);
  return logging(call, args, async (tx, { id }) => {
    const told = (await runById(tx, id))?.tags.find(({ key }) => key === LOGGED_TAG)?.value ?? '[]';
    const value = JSON.stringify([...(z.array(z.unknown()).safeParse(parsed(told)).data ?? []), model]);
    checkLength('What models a run has logged', value, LOGGED_CHARS_MAX);
    return (await setRunTags(tx, id, [{ key: LOGGED_TAG, value }])) > 0 ? { tags: [LOGGED_TAG] } : {};
  });
}

function readModelJson(json: string): object {
  const { data, error } = modelInfo.safeParse(parsed(json));
  const missing = ['artifact_path', 'flavors', 'utc_time_created', 'run_id'].filter((field) => data?.[field] === undefined);
  if (error !== undefined) throw invalid('Malformed model info: model_json must be an object as JSON.');
  if (missing.length > 0) throw invalid(`Model json is missing mandatory fields: ${missing.join(', ')}`);
  return data;
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

async function getHistory(call: MlflowCall, args: z.infer<typeof history>): Promise<object> {
  mayBrowse(call);
  const [id, key] = [runIdOf(args), args.metric_key];
  const slice = readSlice({ max: args.max_results, token: args.page_token }, { usual: 25_000, most: 25_000, atOnce: 25_000 }, [
    'history',
    id,
    key,
  ]);
  if ((await runById(call.kernel.db, id)) === null) throw noRun(id);
  const found = cut(await metricHistory(call.kernel.db, { runId: id, key }, slice.max, slice.offset), slice);
  return { metrics: found.rows, next_page_token: found.token };
}
