import type { LineageResult, TableId } from '../model/model.ts';
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
  const reads = new Map<string, TableId>();
  const writes = new Map<string, TableId>();
  const temporary = new Set<string>();
  result.statements.forEach((statement, at) => {
    const later = renamesAfter(result.statements, at);
    const self = switches.selfReads ? selfReads(statement.kind, statement.edges) : [];
    for (const table of [...statement.reads, ...self]) add(reads, called(table, later));
    for (const table of statement.writes) add(writes, called(table, later));
    if (switches.touchedTargets) for (const table of statement.touches) add(writes, called(table, later));
    for (const table of statement.temporary) temporary.add(table.key);
  });
  const middle = switches.collapse === 'none' ? new Set<string>() : switches.collapse === 'temporary' ? temporary : intermediate(result, reads, writes);
  const outside = (tables: ReadonlyMap<string, TableId>): TableId[] => [...tables.values()].filter((table) => !middle.has(table.key));
  return { sources: outside(reads), targets: outside(writes), middle };
}

const add = (tables: Map<string, TableId>, table: TableId): unknown => tables.set(table.key, table);

/** UPDATE t SET a = a + 1 reads t. */
const selfReads = (kind: string, edges: LineageResult['statements'][number]['edges']): readonly TableId[] =>
  kind === 'update' ? edges.flatMap((edge) => (edge.table !== null && edge.table.key === edge.target?.key ? [edge.table] : [])) : [];

/** Written by one statement and read by another; a table that a statement fills from itself is both ends. */
function intermediate(result: LineageResult, reads: ReadonlyMap<string, TableId>, writes: ReadonlyMap<string, TableId>): ReadonlySet<string> {
  const loops = new Set(result.statements.flatMap((statement) => statement.writes.filter((table) => statement.reads.some(({ key }) => key === table.key)).map(({ key }) => key)));
  return new Set([...reads.keys()].filter((key) => writes.has(key) && !loops.has(key)));
}
