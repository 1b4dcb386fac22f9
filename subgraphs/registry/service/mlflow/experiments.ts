import { z } from 'zod';
import { type Origin } from '../../../../kernel/audit/append.ts';
import { record } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { int64, optional, pair, required, text } from '../../domain/mlflow/args.ts';
import { ARTIFACT_SCHEME } from '../../domain/mlflow/artifactPlace.ts';
import { EXPERIMENTS } from '../../domain/mlflow/filter/grammar.ts';
import { parseFilter } from '../../domain/mlflow/filter/parseFilter.ts';
import { parseOrder } from '../../domain/mlflow/filter/parseOrder.ts';
import { absent, cited, invalid, mlflowFault } from '../../domain/mlflow/mlflowFault.ts';
import { checkExperimentName, checkKey, checkTags, EXPERIMENT_TAG_CHARS_MAX, lastOfEach } from '../../domain/mlflow/names.ts';
import { cut, readSlice } from '../../domain/mlflow/pageToken.ts';
import {
  deleteExperimentTag,
  type Experiment,
  experimentByName,
  experimentByNo,
  insertExperiment,
  lockExperiment,
  renameExperiment,
  searchExperiments,
  setExperimentDeleted,
  setExperimentTags,
} from '../../store/mlflow/experiments.ts';
import { type MlflowCall, mayBrowse, tracking } from './call.ts';
import { endpoint, type Endpoint } from './endpoint.ts';
import { ofExperiment } from './events.ts';
import { shownExperiment } from './shown.ts';

const one = z.object({ experiment_id: required });
const VIEWS = ['ACTIVE_ONLY', 'DELETED_ONLY', 'ALL'] as const;
/** Protobuf writes an enum by name or by number. */
export const view = z.union([z.enum(VIEWS), int64.transform((n) => VIEWS[n - 1])]).transform((name) => name ?? 'ACTIVE_ONLY');

export const experimentEndpoints: readonly Endpoint[] = [
  endpoint(
    'POST /experiments/create',
    z.object({ name: required, artifact_location: optional(text), tags: optional(z.array(pair).max(1_000)) }),
    create,
  ),
  endpoint('GET /experiments/get', one, async (call, { experiment_id: id }) => ({
    experiment: shownExperiment(await find(call, id)),
  })),
  endpoint('GET /experiments/get-by-name', z.object({ experiment_name: required }), getByName),
  endpoint(
    'POST|GET /experiments/search',
    z.object({
      view_type: optional(view),
      max_results: optional(int64),
      order_by: optional(z.array(text)),
      filter: optional(text),
      page_token: optional(text),
    }),
    search,
  ),
  endpoint('POST /experiments/update', one.extend({ new_name: required }), rename),
  endpoint('POST /experiments/delete', one, async (call, { experiment_id: id }) => setDeleted(call, id, true)),
  endpoint('POST /experiments/restore', one, async (call, { experiment_id: id }) => setDeleted(call, id, false)),
  endpoint('POST /experiments/set-experiment-tag', one.extend({ key: required, value: optional(text) }), setTag),
  endpoint('POST /experiments/delete-experiment-tag', one.extend({ key: required }), deleteTag),
];

interface CreateArgs {
  readonly name: string;
  readonly artifact_location?: string | undefined;
  readonly tags?: z.infer<typeof pair>[] | undefined;
}

function create(call: MlflowCall, { name, artifact_location: location = '', tags = [] }: CreateArgs): Promise<object> {
  checkExperimentName(name);
  checkTags(tags, EXPERIMENT_TAG_CHARS_MAX);
  // The address that such a server gives by itself is what clients may repeat.
  if (location !== '' && !location.startsWith(ARTIFACT_SCHEME))
    throw invalid(`artifact_location ${cited(location)} is not taken: artifacts are kept by this server. Leave it out.`);
  return tracking(call, async (tx, origin) => {
    const no = await insertExperiment(tx, { name, createdBy: origin.actor.id });
    if (no === null) throw await taken(tx, name);
    await setExperimentTags(tx, no, lastOfEach(tags));
    await record(tx, origin, [
      await ofExperiment(tx, 'created', no, { name, ...(tags.length > 0 && { tags: lastOfEach(tags) }) }),
    ]);
    return { experiment_id: no };
  });
}

async function taken(tx: Tx, name: string): Promise<Error> {
  const there = await experimentByName(tx, name);
  const help = there?.isDeleted === true ? ' It is deleted: restore it, or take another name.' : '';
  return mlflowFault('RESOURCE_ALREADY_EXISTS', `Experiment(name=${name}) already exists.${help}`);
}

async function getByName(call: MlflowCall, { experiment_name: name }: { readonly experiment_name: string }): Promise<object> {
  mayBrowse(call);
  const experiment = await experimentByName(call.kernel.db, name);
  if (experiment === null) throw absent(`Could not find experiment with name ${cited(name)}`);
  return { experiment: shownExperiment(experiment) };
}

async function find(call: MlflowCall, id: string): Promise<Experiment> {
  mayBrowse(call);
  const experiment = isNo(id) ? await experimentByNo(call.kernel.db, id) : null;
  if (experiment === null) throw noExperiment(id);
  return experiment;
}

export const noExperiment = (id: string): Error => absent(`No Experiment with id=${cited(id)} exists`);

/** Whether it can be the number of an experiment. */
export const isNo = (id: string): boolean => /^\d{1,18}$/.test(id);

interface SearchArgs {
  readonly view_type?: z.infer<typeof view> | undefined;
  readonly max_results?: number | undefined;
  readonly order_by?: string[] | undefined;
  readonly filter?: string | undefined;
  readonly page_token?: string | undefined;
}

async function search(call: MlflowCall, args: SearchArgs): Promise<object> {
  mayBrowse(call);
  const { view_type: wanted = 'ACTIVE_ONLY', max_results: max, order_by: by = [], filter = '', page_token: token } = args;
  const slice = readSlice({ max, token }, { usual: 1_000, most: 50_000, atOnce: 1_000 }, ['experiments', wanted, by, filter]);
  const clauses = parseFilter(filter, EXPERIMENTS);
  const found = cut(await searchExperiments(call.kernel.db, wanted, clauses, parseOrder(by, EXPERIMENTS), slice), slice);
  return { experiments: found.rows.map(shownExperiment), next_page_token: found.token };
}

/** Takes an active experiment in hand. @throws Fault RESOURCE_DOES_NOT_EXIST, INVALID_PARAMETER_VALUE */
export async function lockActiveExperiment(tx: Tx, id: string): Promise<{ readonly name: string }> {
  const locked = isNo(id) ? await lockExperiment(tx, id) : null;
  if (locked === null) throw noExperiment(id);
  if (locked.isDeleted) throw invalid(`The experiment ${id} must be in the 'active' state. Current state is deleted.`);
  return locked;
}

function rename(
  call: MlflowCall,
  { experiment_id: id, new_name: name }: { readonly experiment_id: string; readonly new_name: string },
): Promise<object> {
  checkExperimentName(name);
  return tracking(call, async (tx, origin) => {
    const before = await lockActiveExperiment(tx, id);
    if (before.name === name) return {};
    if ((await experimentByName(tx, name)) !== null) throw await taken(tx, name);
    await renameExperiment(tx, id, name);
    await record(tx, origin, [await ofExperiment(tx, 'changed', id, { name: { before: before.name, after: name } })]);
    return {};
  });
}

const setDeleted = (call: MlflowCall, id: string, isDeleted: boolean): Promise<object> =>
  tracking(call, async (tx, origin) => {
    const locked = isNo(id) ? await lockExperiment(tx, id) : null;
    if (locked === null) throw noExperiment(id);
    if (locked.isDeleted === isDeleted)
      throw invalid(
        `The experiment ${id} must be in the '${isDeleted ? 'active' : 'deleted'}' state. Current state is ${isDeleted ? 'deleted' : 'active'}.`,
      );
    await setExperimentDeleted(tx, id, isDeleted);
    await record(tx, origin, [await ofExperiment(tx, isDeleted ? 'deleted' : 'restored', id, null)]);
    return {};
  });

interface TagArgs {
  readonly experiment_id: string;
  readonly key: string;
  readonly value?: string | undefined;
}

function setTag(call: MlflowCall, { experiment_id: id, key, value = '' }: TagArgs): Promise<object> {
  checkTags([{ key, value }], EXPERIMENT_TAG_CHARS_MAX);
  return tracking(call, async (tx, origin) => {
    await lockActiveExperiment(tx, id);
    if ((await setExperimentTags(tx, id, [{ key, value }])) > 0) await tagsChanged(tx, origin, id, { key, value });
    return {};
  });
}

function deleteTag(call: MlflowCall, { experiment_id: id, key }: TagArgs): Promise<object> {
  checkKey('tag', key);
  return tracking(call, async (tx, origin) => {
    await lockActiveExperiment(tx, id);
    if (!(await deleteExperimentTag(tx, id, key))) throw absent(`No tag with name: ${key} in experiment with id ${id}`);
    await tagsChanged(tx, origin, id, { key, value: null });
    return {};
  });
}

const tagsChanged = async (tx: Tx, origin: Origin, id: string, tag: object): Promise<void> =>
  void (await record(tx, origin, [await ofExperiment(tx, 'changed', id, { tags: tag })]));
