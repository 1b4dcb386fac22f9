import type { z } from 'zod';
import { Fault } from '../../kernel/fault.ts';
import { MlflowAsker } from './mlflowAsker.ts';
import { experiments, files, history, loggedModels, models, runs, versions } from './restForms.ts';
import type { MlflowSource, SourceArtifact, SourceOwner, SourceVersion } from './source.ts';

const PAGE = 1_000;
/** Folders within folders. */
const DEPTH_MAX = 50;

/**
 * A running server, read by its own REST face.
 * @param environment says who asks, as clients of MLflow have it: MLFLOW_TRACKING_TOKEN, or _USERNAME and _PASSWORD
 */
export function restSource(url: string, environment: NodeJS.ProcessEnv): MlflowSource {
  const root = new URL(url.replace(/\/+$/, ''));
  const headers = {
    ...authorization(environment),
    ...(root.username !== '' && basic(decodeURIComponent(root.username), decodeURIComponent(root.password))),
  };
  [root.username, root.password] = ['', ''];
  const label = root.href.replace(/\/+$/, '');
  const ask = new MlflowAsker(label, headers);
  return {
    label,
    async *experiments() {
      for await (const page of ask.pages('POST', '/experiments/search', { max_results: PAGE }, experiments))
        for (const { experiment_id: id, name, creation_time: createdMs, tags } of page.experiments)
          yield { id, name, createdMs: createdMs ?? null, tags };
    },
    async *runs({ id }) {
      for await (const page of ask.pages('POST', '/runs/search', { experiment_ids: [id], max_results: PAGE }, runs))
        for (const run of page.runs) yield runOf(run);
    },
    async *metric(run, _experiment, key) {
      for await (const page of ask.pages('GET', '/metrics/get-history', { run_id: run.id, metric_key: key }, history))
        yield page.metrics;
    },
    async *loggedModels(experiment) {
      for await (const page of ask.optionalPages(
        'POST',
        '/logged-models/search',
        { experiment_ids: [experiment.id], max_results: 100 },
        loggedModels,
      ))
        for (const model of page.models) yield loggedModelOf(model);
    },
    artifacts: (owner) => walk(ask, owner, '', 0),
    async *models() {
      for await (const page of ask.pages('GET', '/registered-models/search', { max_results: 100 }, models))
        for (const { creation_timestamp: createdMs, ...model } of page.registered_models)
          yield { ...model, createdMs: createdMs ?? null };
    },
    async versions({ name }) {
      const found: SourceVersion[] = [];
      const filter = `name = '${name.replaceAll("'", "''")}'`;
      for await (const page of ask.pages('GET', '/model-versions/search', { filter, max_results: PAGE }, versions))
        found.push(...page.model_versions.map(versionOf));
      return found.toSorted((a, b) => a.number - b.number);
    },
  };
}

function authorization({
  MLFLOW_TRACKING_TOKEN: bearer,
  MLFLOW_TRACKING_USERNAME: user,
  MLFLOW_TRACKING_PASSWORD: password,
}: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  if (user !== undefined && password !== undefined) return basic(user, password);
  return bearer === undefined ? {} : { authorization: `Bearer ${bearer}` };
}

const basic = (user: string, password: string): Readonly<Record<string, string>> => ({
  authorization: `Basic ${Buffer.from(`${user}:${password}`, 'utf8').toString('base64')}`,
});

const runOf = ({ info, data, inputs, outputs }: z.infer<typeof runs>['runs'][number]) => ({
  id: info.run_id,
  name: info.run_name,
  user: info.user_id,
  status: info.status,
  startMs: info.start_time,
  endMs: info.end_time ?? null,
  params: data.params,
  tags: data.tags,
  metricKeys: data.metrics.map(({ key }) => key),
  datasets: inputs.dataset_inputs,
  outputs: outputs.model_outputs.map(({ model_id: modelId, step }) => ({ modelId, step })),
});

const loggedModelOf = ({ info, data }: z.infer<typeof loggedModels>['models'][number]) => ({
  id: info.model_id,
  name: info.name,
  type: info.model_type,
  runId: info.source_run_id ?? null,
  isReady: info.status === 'LOGGED_MODEL_READY' || info.status === 2,
  params: data.params,
  tags: info.tags,
  metrics: data.metrics.map(({ run_id: runId, dataset_name: dataset, dataset_digest: digest, ...rest }) => ({
    ...rest,
    runId,
    dataset,
    digest,
  })),
});

const versionOf = (version: z.infer<typeof versions>['model_versions'][number]): SourceVersion => ({
  number: version.version,
  source: version.source,
  runId: version.run_id ?? null,
  loggedModelId: version.model_id ?? null,
  description: version.description,
  stage: version.current_stage,
  createdMs: version.creation_timestamp ?? null,
  tags: version.tags,
});

async function* walk(ask: MlflowAsker, owner: SourceOwner, folder: string, depth: number): AsyncIterable<SourceArtifact> {
  if (depth > DEPTH_MAX)
    throw new Fault('LIMIT_EXCEEDED', { public: `The artifacts of ${owner.id} lie more than ${DEPTH_MAX} folders deep.` });
  const [path, query] =
    owner.kind === 'run'
      ? ['/artifacts/list', { run_id: owner.id, path: folder || undefined }]
      : [`/logged-models/${owner.id}/artifacts/directories`, { artifact_directory_path: folder || undefined }];
  for await (const page of ask.pages('GET', path, query, files)) {
    for (const { path: name, is_dir: isFolder, file_size: sizeBytes } of page.files) {
      if (isFolder) yield* walk(ask, owner, name, depth + 1);
      else yield { path: name, sizeBytes, open: () => ask.bytes(addressOf(owner, name)) };
    }
  }
}

const addressOf = ({ kind, id }: SourceOwner, path: string): string =>
  kind === 'run'
    ? `/get-artifact?${new URLSearchParams({ run_uuid: id, path }).toString()}`
    : `/ajax-api/2.0/mlflow/logged-models/${id}/artifacts/files?${new URLSearchParams({ artifact_file_path: path }).toString()}`;
