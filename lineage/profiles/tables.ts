import type { LineageResult, StatementLineage, TableId } from '../model/model.ts';
import { called, renamesAfter } from './rows.ts';
import type { Switches } from './switches.ts';

export interface Tables {
  readonly sources: readonly TableId[];
  readonly targets: readonly TableId[];
  /** Keys of tables that only hand on. */
  readonly middle: ReadonlySet<string>;
}

/** Which tables a script reads from outside, and which it leaves behind. */
export function tablesOf(result: LineageResult, switches: Switches): Tables {
  const ends = result.statements.map((statement, at) => endsOf(statement, result.statements, at, switches));
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

function endsOf(statement: StatementLineage, all: readonly StatementLineage[], at: number, switches: Switches): Ends {
  const later = renamesAfter(all, at, switches);
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
    reads: reads.map((table) => called(table, later)),
    writes: [...statement.writes, ...touched].map((table) => called(table, later)),
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
  const loops = new Set(
    ends.flatMap(({ reads, writes }) =>
      writes.filter(({ key }) => reads.some((table) => table.key === key)).map(({ key }) => key),
    ),
  );
  const found = ends.flatMap(({ reads, group }) =>
    reads
      .filter(
        ({ key }) =>
          !loops.has(key) && ends.some((other) => other.group !== group && other.writes.some((table) => table.key === key)),
      )
      .map(({ key }) => key),
  );
  return new Set(found);
}

/** A statement that only fills a table which nobody reads contributes nothing. */
function usefulOf(ends: readonly Ends[], middle: ReadonlySet<string>): (end: Ends) => boolean {
  const wanted = new Set<string>();
  const useful = new Set<Ends>();
  for (let grown = true; grown;) {
    grown = false;
    for (const end of ends) {
      const contributes = end.writes.length === 0 || end.writes.some(({ key }) => !middle.has(key) || wanted.has(key));
      if (!contributes || useful.has(end)) continue;
      useful.add(end);
      for (const { key } of end.reads) wanted.add(key);
      grown = true;
    }
  }
  return (end) => useful.has(end);
}

/** Dropped, and never in any relation with another table. */
function forgotten(result: LineageResult, ends: readonly Ends[]): ReadonlySet<string> {
  const related = new Set(
    ends
      .filter(({ reads, writes }) => reads.length > 0 && writes.length > 0)
      .flatMap(({ reads, writes }) => [...reads, ...writes].map(({ key }) => key)),
  );
  const dropped = result.statements.flatMap(({ drops }, at) => drops.map(({ key }) => ({ key, at })));
  const madeLater = (key: string, at: number): boolean =>
    ends.some(({ writes }, index) => index > at && writes.some((table) => table.key === key));
  return new Set(dropped.filter(({ key, at }) => !related.has(key) && !madeLater(key, at)).map(({ key }) => key));
}
