import { z } from 'zod';
import { type Importing, uploadMissing } from './importing.ts';
import { FROM_TAG, importTags, orNote, portions } from './imported.ts';
import type { SourceExperiment, SourceLoggedModel, SourceRun } from './source.ts';
import { Unwilling } from './target.ts';

const made = z.object({ experiment_id: z.string() });
const found = z.object({ experiment: z.object({ experiment_id: z.string() }) });
const run = z.object({
  run: z.object({
    info: z.object({ artifact_uri: z.string() }),
    data: z.object({ tags: z.array(z.object({ key: z.string() })).default([]) }).prefault({}),
  }),
});
const model = z.object({ model: z.object({ info: z.object({ artifact_uri: z.string() }) }) });
const nothing = z.unknown();

const METRICS_AT_ONCE = 1_000;
const PAIRS_AT_ONCE = 100;
const TAG_CHARS_MAX = 8_000;

/** Brings one experiment with its runs and logged models. */
export async function importExperiment(importing: Importing, experiment: SourceExperiment): Promise<void> {
  const { source, tally, progress } = importing;
  const id = await ensureExperiment(importing, experiment);
  tally.experiments += 1;
  for await (const one of source.runs(experiment)) {
    await orNote(tally, `The run ${one.id}`, () => importRun(importing, experiment, id, one));
    tally.runs += 1;
    progress(`${experiment.name}: runs`, tally.runs);
  }
  for await (const one of source.loggedModels(experiment)) {
    await orNote(tally, `The logged model ${one.id}`, () => importLoggedModel(importing, experiment, id, one));
    tally.loggedModels += 1;
    progress(`${experiment.name}: logged models`, tally.loggedModels);
  }
}

/** One of this name gets what is missing; else it is made. */
async function ensureExperiment({ source, target }: Importing, { name, tags, createdMs }: SourceExperiment): Promise<string> {
  const all = [...tags, ...importTags(source, { createdMs })];
  try {
    return (await target.post('/experiments/create', { name, tags: all }, made)).experiment_id;
  } catch (error) {
    if (!(error instanceof Unwilling) || error.code !== 'RESOURCE_ALREADY_EXISTS') throw error;
    return (await target.get('/experiments/get-by-name', { experiment_name: name }, found)).experiment.experiment_id;
  }
}

async function importRun(
  importing: Importing,
  experiment: SourceExperiment,
  experimentId: string,
  one: SourceRun,
): Promise<void> {
  const { source, target, tally } = importing;
  const uri = await ensureRun(importing, experimentId, one);
  for (const params of portions(one.params, PAIRS_AT_ONCE))
    await target.post('/runs/log-batch', { run_id: one.id, params }, nothing);
  for (const tags of portions(
    one.tags.map(({ key, value }) => ({ key, value: value.slice(0, TAG_CHARS_MAX) })),
    PAIRS_AT_ONCE,
  ))
    await target.post('/runs/log-batch', { run_id: one.id, tags }, nothing);
  for (const key of one.metricKeys) {
    for await (const values of source.metric(one, experiment, key)) {
      for (const metrics of portions(values, METRICS_AT_ONCE)) {
        await target.post('/runs/log-batch', { run_id: one.id, metrics }, nothing);
        tally.metricValues += metrics.length;
      }
    }
  }
  if (one.datasets.length > 0) await target.post('/runs/log-inputs', { run_id: one.id, datasets: one.datasets }, nothing);
  await uploadMissing(importing, { experimentId: experiment.id, kind: 'run', id: one.id }, uri);
  const ended = one.endMs === null ? {} : { end_time: one.endMs };
  if (one.status !== 'RUNNING') await target.post('/runs/update', { run_id: one.id, status: one.status, ...ended }, nothing);
}

/** Under the id that it has: what people wrote down of it stays true. */
async function ensureRun({ source, target }: Importing, experimentId: string, one: SourceRun): Promise<string> {
  const body = {
    experiment_id: experimentId,
    user_id: one.user,
    run_name: one.name,
    start_time: Math.max(0, one.startMs),
    imported_run_id: one.id,
    tags: importTags(source),
  };
  try {
    return (await target.post('/runs/create', body, run)).run.info.artifact_uri;
  } catch (error) {
    if (!(error instanceof Unwilling) || error.code !== 'RESOURCE_ALREADY_EXISTS') throw error;
    const there = (await target.get('/runs/get', { run_id: one.id }, run)).run;
    if (there.data.tags.some(({ key }) => key === FROM_TAG)) return there.info.artifact_uri;
    throw new Unwilling('RESOURCE_ALREADY_EXISTS', `The run ${one.id} is there and was not imported: it is left alone.`);
  }
}

async function importLoggedModel(
  importing: Importing,
  experiment: SourceExperiment,
  experimentId: string,
  one: SourceLoggedModel,
): Promise<void> {
  const { source, target } = importing;
  const body = {
    experiment_id: experimentId,
    name: one.name,
    model_type: one.type,
    source_run_id: one.runId ?? '',
    imported_model_id: one.id,
    params: one.params,
    tags: [...one.tags.map(({ key, value }) => ({ key, value: value.slice(0, TAG_CHARS_MAX) })), ...importTags(source)],
  };
  const uri = await target
    .post('/logged-models', body, model)
    .catch((error: unknown) => {
      if (error instanceof Unwilling && error.code === 'RESOURCE_ALREADY_EXISTS')
        return target.get(`/logged-models/${one.id}`, {}, model);
      throw error;
    })
    .then(({ model: { info } }) => info.artifact_uri);
  await uploadMissing(importing, { experimentId: experiment.id, kind: 'model', id: one.id }, uri);
  for (const { runId, dataset, digest, ...metric } of one.metrics) {
    const metrics = [{ ...metric, model_id: one.id, dataset_name: dataset, dataset_digest: digest }];
    if (runId !== '') await target.post('/runs/log-batch', { run_id: runId, metrics }, nothing);
  }
  if (one.runId !== null)
    await target.post('/runs/outputs', { run_id: one.runId, models: [{ model_id: one.id, step: 0 }] }, nothing);
  if (one.isReady) await target.patch(`/logged-models/${one.id}`, { status: 'LOGGED_MODEL_READY' });
}
