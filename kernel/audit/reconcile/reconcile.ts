import type { Database, Tx } from '../../db/database.ts';
import { Fault } from '../../fault.ts';
import { makeCursor, readPage, type PageArgs } from '../../page.ts';
import type { Finding } from './finding.ts';

/** What was found in a step: at most one finding a thing. */
export interface Checked {
  readonly checked: number;
  readonly findings: readonly Finding[];
  /** The key of the last thing; null when there are no more. */
  readonly last: string | null;
}

/** Things of one kind, in the order of a key. */
export interface Stage {
  readonly name: string;
  /** The table, by which it is known about how many there are. */
  readonly table: string;
  /** What comes before all keys. */
  readonly start: string;
  /** How many are checked in one transaction: all that is read of them is in memory at once. */
  readonly step: number;
  readonly check: (tx: Tx, after: string, limit: number) => Promise<Checked>;
}

export interface Reconciliation {
  readonly checked: number;
  /** About how many there are in all, on the first page; null on the others. */
  readonly total: number | null;
  readonly findings: readonly Finding[];
  readonly next: string | null;
}

/** How long a page may take, milliseconds. */
const PAGE_MS = 10_000;
const FINDINGS_MAX = 100;
const COUNTED_MAX = 20_000;

/**
 * Checks a page of things, stage by stage. Each step sees one moment only, so that a change under way is seen as a whole or
 * not at all.
 * @param scope which things these are: ties cursors to them
 * @throws Fault LIMIT_EXCEEDED, BAD_USER_INPUT, INVALID_CURSOR
 */
export async function reconcile(
  db: Database,
  stages: readonly Stage[],
  scope: string,
  args: PageArgs,
  signal: AbortSignal,
): Promise<Reconciliation> {
  const { first, after } = readPage(args, scope, 500, ['text', 'text']);
  const endsAt = performance.now() + PAGE_MS;
  const findings: Finding[] = [];
  let { place, key } = startOf(stages, after);
  let checked = 0;
  for (let stage = stages[place]; stage !== undefined; stage = stages[place]) {
    const { check, step, name } = stage;
    const room = FINDINGS_MAX - findings.length;
    if (checked >= first || room === 0 || signal.aborted || performance.now() > endsAt)
      return { checked, findings, total: await totalOf(db, stages, after), next: makeCursor([name, key], scope) };
    const limit = Math.min(step, first - checked, room);
    const begin = key;
    const done = await db.transaction((tx) => check(tx, begin, limit), { isSnapshot: true });
    checked += done.checked;
    findings.push(...done.findings);
    if (done.last !== null) key = done.last;
    else key = stages[++place]?.start ?? '';
  }
  return { checked, findings, total: await totalOf(db, stages, after), next: null };
}

/** A cursor comes from the client: the keys of numbered things must be numbers. */
function startOf(stages: readonly Stage[], after: readonly [string, string] | null): { place: number; key: string } {
  if (after === null) return { place: 0, key: stages[0]?.start ?? '' };
  const [name, key] = after;
  const place = stages.findIndex((stage) => stage.name === name);
  const isNumbered = /^[\d ]+$/.test(stages[place]?.start ?? '');
  if (place >= 0 && (!isNumbered || /^\d{1,18}( \d{1,9})?$/.test(key))) return { place, key };
  throw new Fault('INVALID_CURSOR', { public: 'after is no cursor of this list. Begin again without it.' });
}

/** Small tables are counted, of large ones the database knows about how many rows they have. */
async function totalOf(db: Database, stages: readonly Stage[], after: unknown): Promise<number | null> {
  if (after !== null) return null;
  let total = 0;
  for (const { table } of stages) {
    const [row] = await db.query<{ counted: number; estimated: number }>(
      `select (select count(*)::int from (select from ${table} limit ${COUNTED_MAX}) t) as counted,
         (select reltuples::float8 from pg_class where oid = $1::regclass) as estimated`,
      [table],
    );
    total += row === undefined ? 0 : row.counted < COUNTED_MAX ? row.counted : Math.max(row.counted, Math.round(row.estimated));
  }
  return total;
}

/** What a step answers that asked for one page of rows. */
export const stepOf = <R>(
  rows: readonly R[],
  limit: number,
  keyOf: (row: R) => string,
  findings: readonly (Finding | null)[],
): Checked => {
  const last = rows.at(-1);
  return {
    checked: rows.length,
    findings: findings.filter((one) => one !== null),
    last: rows.length < limit || last === undefined ? null : keyOf(last),
  };
};
