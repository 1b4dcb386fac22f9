import { groupBy } from '../../kernel/groupBy.ts';
import type { LineageResult, StatementLineage, TableId } from '../model/model.ts';
import { Renames } from './renames.ts';
import type { Switches } from './switches.ts';

export interface Tables {
  readonly sources: readonly TableId[];
  readonly targets: readonly TableId[];
  /** Keys of tables that only hand on. */
  readonly middle: ReadonlySet<string>;
}

/** Which tables a script reads from outside, and which it leaves behind. */
export function tablesOf(result: LineageResult, switches: Switches): Tables {
  const renames = new Renames(result.statements, switches);
  const ends = result.statements.map((statement, at) => endsOf(statement, switches, (table) => renames.called(table, at)));
  const middle = middleOf(result, ends, switches);
  const useful = switches.collapse === 'temporary' ? ends.filter(usefulOf(ends, middle)) : ends;
  const gone = switches.dropped === 'forgotten' ? forgotten(result, ends) : new Set<string>();
  const outside = (tables: readonly TableId[]): readonly TableId[] =>
    distinct(tables.filter(({ key }) => !middle.has(key) && !gone.has(key)));
  return {
    sources: outside(useful.flatMap(({ reads }) => reads)),
    targets: outside(ends.flatMap(({ writes }) => writes)),
    middle,
  };
}

interface Ends {
  readonly reads: readonly TableId[];
  readonly writes: readonly TableId[];
  readonly group: number;
}

function endsOf(statement: StatementLineage, switches: Switches, called: (table: TableId) => TableId): Ends {
  const copied = switches.renames === 'copied' ? statement.renames.filter(({ swap }) => !swap) : [];
  const from = new Set(copied.map((rename) => rename.from.key));
  const touched = switches.touchedTargets ? statement.touches.filter(({ key }) => !from.has(key)) : [];
  const located = switches.locations === 'read' ? statement.locations : [];
  const reads = [
    ...statement.reads,
    ...located,
    ...(switches.unusedCtes === 'read' ? statement.unusedReads : []),
    ...(switches.selfReads ? selfReads(statement) : []),
    ...copied.map((rename) => rename.from),
  ];
  return {
    reads: reads.map(called),
    writes: [...statement.writes, ...touched].map(called),
    group: statement.group,
  };
}

const distinct = (tables: readonly TableId[]): readonly TableId[] => [
  ...new Map(tables.map((table) => [table.key, table])).values(),
];

/** UPDATE t SET a = a + 1 reads t, and so does UPDATE t SET a = 1 WHERE b = 2. */
function selfReads({ kind, edges, influences }: StatementLineage): readonly TableId[] {
  if (kind !== 'update') return [];
  return [...edges, ...influences].flatMap(({ table, target }) => (table !== null && table.key === target?.key ? [table] : []));
}

function middleOf(result: LineageResult, ends: readonly Ends[], switches: Switches): ReadonlySet<string> {
  if (switches.collapse === 'none' || !result.script) return new Set();
  if (switches.collapse === 'temporary')
    return new Set(result.statements.flatMap(({ temporary }) => temporary.map(({ key }) => key)));
  return intermediate(ends);
}

/** Written by one statement and read by another; a table that a statement fills from itself is both ends. */
function intermediate(ends: readonly Ends[]): ReadonlySet<string> {
  const loops = new Set<string>();
  const writers = new Map<string, Set<number>>();
  for (const { reads, writes, group } of ends) {
    const read = new Set(reads.map(({ key }) => key));
    for (const { key } of writes) {
      if (read.has(key)) loops.add(key);
      writers.set(key, (writers.get(key) ?? new Set()).add(group));
    }
  }
  const isWrittenBeside = (key: string, group: number): boolean => {
    const groups = writers.get(key);
    return groups !== undefined && (groups.size > 1 || !groups.has(group));
  };
  return new Set(
    ends.flatMap(({ reads, group }) => reads.flatMap(({ key }) => (!loops.has(key) && isWrittenBeside(key, group) ? [key] : []))),
  );
}

/** A statement that only fills a table which nobody reads contributes nothing. */
function usefulOf(ends: readonly Ends[], middle: ReadonlySet<string>): (end: Ends) => boolean {
  const fillers = groupBy(
    ends.flatMap((end) => end.writes.map(({ key }) => ({ key, end }))),
    ({ key }) => key,
  );
  const useful = new Set<Ends>();
  const waiting = ends.filter(({ writes }) => writes.length === 0 || writes.some(({ key }) => !middle.has(key)));
  for (let end = waiting.pop(); end !== undefined; end = waiting.pop()) {
    if (useful.has(end)) continue;
    useful.add(end);
    for (const { key } of end.reads) {
      for (const filler of fillers.get(key) ?? []) waiting.push(filler.end);
      // Looked up once; whoever fills it waits already.
      fillers.delete(key);
    }
  }
  return (end) => useful.has(end);
}

/** Dropped, and never in any relation with another table. */
function forgotten(result: LineageResult, ends: readonly Ends[]): ReadonlySet<string> {
  const related = new Set<string>();
  const lastWritten = new Map<string, number>();
  for (const [at, { reads, writes }] of ends.entries()) {
    if (reads.length > 0 && writes.length > 0) for (const { key } of [...reads, ...writes]) related.add(key);
    for (const { key } of writes) lastWritten.set(key, at);
  }
  return new Set(
    result.statements.flatMap(({ drops }, at) =>
      drops.flatMap(({ key }) => (!related.has(key) && (lastWritten.get(key) ?? -1) <= at ? [key] : [])),
    ),
  );
}
