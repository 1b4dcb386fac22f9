import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { record } from '../../../../kernel/audit/record.ts';
import { int64, optional, pair, type Pair, text } from '../../domain/mlflow/args.ts';
import { RUNS } from '../../domain/mlflow/filter/grammar.ts';
import { parseFilter } from '../../domain/mlflow/filter/parseFilter.ts';
import { parseOrder } from '../../domain/mlflow/filter/parseOrder.ts';
import { absent, cited, invalid, mlflowFault } from '../../domain/mlflow/mlflowFault.ts';
import { checkLength, checkRunName, checkTags, lastOfEach, TAG_CHARS_MAX } from '../../domain/mlflow/names.ts';
import { cut, readSlice } from '../../domain/mlflow/pageToken.ts';
import { runName } from '../../domain/mlflow/runName.ts';
import { setRunTags } from '../../store/mlflow/logged.ts';
import { insertRun, lockRun, RUN_STATES, runById, setRunDeleted, updateRun } from '../../store/mlflow/runs.ts';
import { searchRuns } from '../../store/mlflow/searchRuns.ts';
import { type MlflowCall, mayBrowse, tracking } from './call.ts';
import { endpoint, type Endpoint } from './endpoint.ts';
import { ofRun } from './events.ts';
import { isNo, lockActiveExperiment, view } from './experiments.ts';
import { listed, shownRun, shownRunInfo } from './shown.ts';

/** The name of a run stands in a tag, too. */
export const NAME_TAG = 'mlflow.runName';
const USER_CHARS_MAX = 256;
const EXPERIMENTS_MAX = 10_000;

/** Older clients say run_uuid. */
export const oneRun = z.object({ run_id: optional(text), run_uuid: optional(text) });
export type OneRun = z.infer<typeof oneRun>;

/** @throws Fault INVALID_PARAMETER_VALUE */
export function runIdOf({ run_id: id = '', run_uuid: older = '' }: OneRun): string {
  const written = id === '' ? older : id;
  if (written === '') throw invalid("Missing value for required parameter 'run_id'.");
  if (!/^[a-zA-Z0-9][\w-]{0,255}$/.test(written)) throw invalid(`Invalid run ID: ${cited(written)}`);
  return written;
}

const made = z.object({
  experiment_id: optional(text),
  user_id: optional(text),
  run_name: optional(text),
  start_time: optional(int64),
  tags: optional(z.array(pair).max(1_000)),
  // Not of MLflow: the id that a run had where it was imported from.
  imported_run_id: optional(z.string().regex(/^[0-9a-f]{32}$/)),
});
/** Protobuf writes an enum by name or by number. */
const status = z
  .union([z.enum(RUN_STATES), int64.transform((n) => RUN_STATES[n - 1])])
  .refine((state) => state !== undefined, `must be one of ${RUN_STATES.join(', ')}`);
const changed = oneRun.extend({ status: optional(status), end_time: optional(int64), run_name: optional(text) });
const searched = z.object({
  experiment_ids: optional(z.array(text)),
  filter: optional(text),
  run_view_type: optional(view),
  max_results: optional(int64),
  order_by: optional(z.array(text)),
  page_token: optional(text),
});

export const runEndpoints: readonly Endpoint[] = [
  endpoint('POST /runs/create', made, create),
  endpoint('GET /runs/get', oneRun, get),
  endpoint('POST /runs/update', changed, update),
  endpoint('POST /runs/search', searched, search),
  endpoint('POST /runs/delete', oneRun, async (call, args) => setDeleted(call, runIdOf(args), true)),
  endpoint('POST /runs/restore', oneRun, async (call, args) => setDeleted(call, runIdOf(args), false)),
];

async function create(call: MlflowCall, args: z.infer<typeof made>): Promise<object> {
  const { experiment_id: experimentNo = '0', user_id: user = '', start_time: startMs = Date.now(), tags: given = [] } = args;
  const { name, tags } = named(args.run_name ?? '', lastOfEach(given));
  checkTags(tags, TAG_CHARS_MAX);
  checkLength('The name of the user', user, USER_CHARS_MAX);
  if (startMs < 0) throw invalid(`Invalid value ${startMs} for parameter 'start_time': it must not be negative.`);
  const id = args.imported_run_id ?? randomBytes(16).toString('hex');
  await tracking(call, async (tx, origin) => {
    await lockActiveExperiment(tx, experimentNo === '' ? '0' : experimentNo);
    const run = { id, experimentNo, name, userName: user, status: 'RUNNING', startMs, createdBy: origin.actor.id } as const;
    if (!(await insertRun(tx, run))) throw mlflowFault('RESOURCE_ALREADY_EXISTS', `Run with id=${id} already exists.`);
    await setRunTags(tx, id, tags);
    await record(tx, origin, [await ofRun(tx, 'created', run, { name, tags })]);
  });
  return { run: await shownById(call, id) };
}

/** A run is named by its own field and by a tag, which are the same. */
function named(name: string, tags: readonly Pair[]): { readonly name: string; readonly tags: readonly Pair[] } {
  const tagged = tags.find(({ key }) => key === NAME_TAG)?.value ?? '';
  if (name !== '' && tagged !== '' && name !== tagged)
    throw invalid(
      `Both 'run_name' argument and '${NAME_TAG}' tag are specified, but with different values (run_name='${name}', ${NAME_TAG}='${tagged}').`,
    );
  const chosen = name || tagged || runName(randomBytes(4));
  checkRunName(chosen);
  return { name: chosen, tags: [...tags.filter(({ key }) => key !== NAME_TAG), { key: NAME_TAG, value: chosen }] };
}

export const noRun = (id: string): Error => absent(`Run with id=${id} not found`);

async function shownById(call: MlflowCall, id: string): Promise<object> {
  const run = await runById(call.kernel.db, id);
  if (run === null) throw noRun(id);
  return shownRun(run);
}

async function get(call: MlflowCall, args: OneRun): Promise<object> {
  mayBrowse(call);
  return { run: await shownById(call, runIdOf(args)) };
}

function update(call: MlflowCall, args: z.infer<typeof changed>): Promise<object> {
  const id = runIdOf(args);
  const name = args.run_name ?? '';
  checkRunName(name);
  return tracking(call, async (tx, origin) => {
    const before = await lockRun(tx, id);
    if (before === null) throw noRun(id);
    if (before.isDeleted) throw notActive(id);
    const after = {
      ...before,
      name: name || before.name,
      status: args.status ?? before.status,
      endMs: args.end_time ?? before.endMs,
    };
    const fields = (['name', 'status', 'endMs'] as const).filter((field) => before[field] !== after[field]);
    if (fields.length > 0) {
      await updateRun(tx, after);
      if (fields.includes('name')) await setRunTags(tx, id, [{ key: NAME_TAG, value: after.name }]);
      const detail = Object.fromEntries(fields.map((field) => [field, { before: before[field], after: after[field] }]));
      await record(tx, origin, [await ofRun(tx, 'changed', after, detail)]);
    }
    return { run_info: shownRunInfo(after) };
  });
}

export const notActive = (id: string): Error => invalid(`The run ${id} must be in the 'active' state. Current state is deleted.`);

const setDeleted = (call: MlflowCall, id: string, isDeleted: boolean): Promise<object> =>
  tracking(call, async (tx, origin) => {
    const run = await lockRun(tx, id);
    if (run === null) throw noRun(id);
    if (run.isDeleted !== isDeleted) {
      await setRunDeleted(tx, id, isDeleted);
      await record(tx, origin, [await ofRun(tx, isDeleted ? 'deleted' : 'restored', run, null)]);
    }
    return {};
  });

async function search(call: MlflowCall, args: z.infer<typeof searched>): Promise<object> {
  mayBrowse(call);
  const {
    experiment_ids: ids = [],
    filter = '',
    run_view_type: wanted = 'ACTIVE_ONLY',
    max_results: max,
    order_by: by = [],
  } = args;
  if (ids.length > EXPERIMENTS_MAX) throw invalid(`experiment_ids has more than ${EXPERIMENTS_MAX} entries.`);
  const slice = readSlice({ max, token: args.page_token }, { usual: 1_000, most: 50_000, atOnce: 1_000 }, [
    'runs',
    ids,
    wanted,
    by,
    filter,
  ]);
  const clauses = parseFilter(filter, RUNS);
  const among = { experimentNos: ids.filter(isNo), view: wanted };
  const found = cut(await searchRuns(call.kernel.db, among, clauses, parseOrder(by, RUNS), slice), slice);
  return { ...listed('runs', found.rows.map(shownRun)), next_page_token: found.token };
}
