import { createReadStream } from 'node:fs';
import { lstat, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { badInput } from '../../kernel/fault.ts';
import type {
  MlflowSource,
  Pair,
  SourceArtifact,
  SourceExperiment,
  SourceLoggedModel,
  SourceMetric,
  SourceModel,
  SourceRun,
  SourceVersion,
} from './source.ts';

const int = z.union([z.number(), z.string().transform(Number)]);
const text = z
  .union([z.string(), z.number()])
  .nullish()
  .transform((value) => (value === null || value === undefined ? '' : String(value)));
const experimentMeta = z.object({ experiment_id: text, name: text, creation_time: int.nullish(), lifecycle_stage: text });
const runMeta = z.object({
  run_id: text,
  run_name: text,
  user_id: text,
  status: z.union([z.int(), z.string()]).nullish(),
  start_time: int.default(0),
  end_time: int.nullish(),
  lifecycle_stage: text,
});
const loggedModelMeta = z.object({
  model_id: text,
  name: text,
  model_type: text,
  source_run_id: z.string().nullish(),
  status: z.union([z.int(), z.string()]).nullish(),
});
const modelMeta = z.object({ name: text, description: text, creation_timestamp: int.nullish() });
const versionMeta = z.object({
  version: int,
  source: text,
  run_id: z.string().nullish(),
  model_id: z.string().nullish(),
  description: text,
  current_stage: text,
  creation_timestamp: int.nullish(),
});

const RUN_STATES = ['RUNNING', 'SCHEDULED', 'FINISHED', 'FAILED', 'KILLED'];
/** How large a file may be that is read as a whole. */
const TEXT_BYTES_MAX = 64 * 1024 * 1024;
const DEPTH_MAX = 50;

/** The folder `mlruns` of a client that had no server. Nothing outside of it is read, whatever its files say, nor what a link leads to. */
export function folderSource(root: string): MlflowSource {
  const at = ({ id }: SourceExperiment): string => path.join(root, id);
  return {
    label: `folder ${path.basename(path.resolve(root))}`,
    experiments: () => experimentsIn(root),
    async *runs(experiment) {
      for (const folder of await foldersIn(at(experiment))) {
        const run = /^[0-9a-f]{32}$/.test(folder) ? await runIn(path.join(at(experiment), folder)) : null;
        if (run !== null) yield run;
      }
    },
    async *metric(run, experiment, key) {
      yield await metricIn(path.join(at(experiment), run.id, 'metrics', key), key);
    },
    loggedModels: (experiment) => loggedModelsIn(path.join(at(experiment), 'models')),
    artifacts: ({ experimentId, kind, id }) =>
      filesBelow(path.join(root, experimentId, ...(kind === 'run' ? [id] : ['models', id]), 'artifacts'), '', 0),
    async *models() {
      for (const folder of await foldersIn(path.join(root, 'models'))) {
        const model = await modelIn(path.join(root, 'models', folder));
        if (model !== null) yield model;
      }
    },
    versions: ({ name }) => versionsIn(path.join(root, 'models', name)),
  };
}

async function* experimentsIn(root: string): AsyncIterable<SourceExperiment> {
  let isEmpty = true;
  for (const id of await foldersIn(root)) {
    const meta = /^\d+$/.test(id) ? await metaIn(path.join(root, id), experimentMeta) : null;
    if (meta === null) continue;
    isEmpty = false;
    if (meta.lifecycle_stage === 'deleted') continue;
    yield { id, name: meta.name, createdMs: meta.creation_time ?? null, tags: await pairsIn(path.join(root, id, 'tags')) };
  }
  if (isEmpty)
    throw badInput(`${root} has no experiments: give the folder mlruns that MLflow wrote, or the address of a server.`);
}

async function* loggedModelsIn(models: string): AsyncIterable<SourceLoggedModel> {
  for (const id of await foldersIn(models)) {
    const meta = await metaIn(path.join(models, id), loggedModelMeta);
    if (meta === null || meta.model_id !== id) continue;
    yield {
      id,
      name: meta.name,
      type: meta.model_type,
      runId: meta.source_run_id ?? null,
      isReady: meta.status === 2 || meta.status === 'LOGGED_MODEL_READY' || meta.status === 'READY',
      params: await pairsIn(path.join(models, id, 'params')),
      tags: await pairsIn(path.join(models, id, 'tags')),
      metrics: [],
    };
  }
}

async function versionsIn(folder: string): Promise<readonly SourceVersion[]> {
  const found: SourceVersion[] = [];
  for (const one of await foldersIn(folder)) {
    const meta = /^version-\d+$/.test(one) ? await metaIn(path.join(folder, one), versionMeta) : null;
    if (meta === null || meta.current_stage === 'Deleted_Internal') continue;
    found.push(versionOf(meta, await pairsIn(path.join(folder, one, 'tags'))));
  }
  return found.toSorted((a, b) => a.number - b.number);
}

async function runIn(folder: string): Promise<SourceRun | null> {
  const meta = await metaIn(folder, runMeta);
  if (meta === null || meta.lifecycle_stage === 'deleted') return null;
  const tags = await pairsIn(path.join(folder, 'tags'));
  const named = tags.find(({ key }) => key === 'mlflow.runName')?.value ?? '';
  return {
    id: path.basename(folder),
    name: meta.run_name || named,
    user: meta.user_id,
    status: typeof meta.status === 'number' ? (RUN_STATES[meta.status - 1] ?? 'FINISHED') : (meta.status ?? 'FINISHED'),
    startMs: meta.start_time,
    endMs: meta.end_time ?? null,
    params: await pairsIn(path.join(folder, 'params')),
    tags,
    metricKeys: (await namesBelow(path.join(folder, 'metrics'))).toSorted(),
    datasets: [],
    outputs: (await foldersIn(path.join(folder, 'outputs')))
      .filter((id) => /^m-[0-9a-f]{32}$/.test(id))
      .map((modelId) => ({ modelId, step: 0 })),
  };
}

/** Lines of time, value and step. */
async function metricIn(file: string, key: string): Promise<readonly SourceMetric[]> {
  const lines = (await textOf(file)).split('\n').filter((line) => line.trim() !== '');
  return lines.map((line) => {
    const [timestamp = '0', value = '0', step = '0'] = line.trim().split(/\s+/);
    const number = { nan: 'NaN', inf: 'Infinity', '-inf': '-Infinity' }[value.toLowerCase()] ?? Number(value);
    return { key, value: number, timestamp: Math.max(0, Math.trunc(Number(timestamp))), step: Math.trunc(Number(step)) };
  });
}

async function modelIn(folder: string): Promise<SourceModel | null> {
  const meta = await metaIn(folder, modelMeta);
  if (meta === null || meta.name !== path.basename(folder)) return null;
  const aliases = await pairsIn(path.join(folder, 'aliases'));
  return {
    name: meta.name,
    description: meta.description,
    createdMs: meta.creation_timestamp ?? null,
    tags: await pairsIn(path.join(folder, 'tags')),
    aliases: aliases.map(({ key: alias, value }) => ({ alias, version: Number(value) })),
  };
}

const versionOf = (meta: z.infer<typeof versionMeta>, tags: readonly Pair[]): SourceVersion => ({
  number: meta.version,
  source: meta.source,
  runId: meta.run_id ?? null,
  loggedModelId: meta.model_id ?? null,
  description: meta.description,
  stage: meta.current_stage,
  createdMs: meta.creation_timestamp ?? null,
  tags,
});

/** Null when there is none. @throws Fault BAD_USER_INPUT for one that cannot be read */
async function metaIn<T>(folder: string, form: z.ZodType<T>): Promise<T | null> {
  const file = path.join(folder, 'meta.yaml');
  const stat = await lstat(file).catch(() => null);
  if (stat === null || !stat.isFile()) return null;
  try {
    return form.parse(parse(await textOf(file), { maxAliasCount: 10 }));
  } catch (cause) {
    throw badInput(`${file} cannot be read: it is not what MLflow writes.`, cause);
  }
}

/** One file a key; folders are parts of keys. */
async function pairsIn(folder: string): Promise<readonly Pair[]> {
  const names = (await namesBelow(folder)).toSorted();
  return Promise.all(names.map(async (key) => ({ key, value: await textOf(path.join(folder, key)) })));
}

const namesBelow = async (folder: string): Promise<readonly string[]> => {
  const names: string[] = [];
  for await (const { path: name } of filesBelow(folder, '', 0)) names.push(name);
  return names;
};

async function* filesBelow(root: string, below: string, depth: number): AsyncIterable<SourceArtifact> {
  if (depth > DEPTH_MAX) throw badInput(`${root} has folders more than ${DEPTH_MAX} deep.`);
  const folder = path.join(root, below);
  for (const entry of await entriesIn(folder)) {
    const name = below === '' ? entry.name : `${below}/${entry.name}`;
    const file = path.join(folder, entry.name);
    if (entry.isDirectory()) yield* filesBelow(root, name, depth + 1);
    else if (entry.isFile()) yield { path: name, sizeBytes: (await lstat(file)).size, open: async () => createReadStream(file) };
  }
}

/** In the order of their names; of links nothing is said. */
async function entriesIn(folder: string) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries.toSorted((a, b) => (a.name < b.name ? -1 : 1));
}

const foldersIn = async (folder: string): Promise<readonly string[]> =>
  (await entriesIn(folder)).filter((entry) => entry.isDirectory()).map(({ name }) => name);

async function textOf(file: string): Promise<string> {
  if ((await lstat(file)).size > TEXT_BYTES_MAX) throw badInput(`${file} is larger than ${TEXT_BYTES_MAX} bytes.`);
  return readFile(file, 'utf8');
}
