import type { LineageResult, Output, TableId } from '../model/model.ts';
import { collapsed } from './collapse.ts';
import { Renames } from './renames.ts';
import { rowsOf } from './rows.ts';
import { PROFILES, type ProfileName, type Switches } from './switches.ts';
import { tablesOf } from './tables.ts';
import { isAsked, targetName } from './targets.ts';

/** An output of a statement that comes from no column. */
export interface Sourceless {
  readonly target: readonly [table: string | null, column: string];
  /** A number of rows, or what needs no table at all: a literal, a parameter, the time. */
  readonly from: 'rowCount' | 'constant';
  readonly statement: number;
  readonly position: number;
}

type Placed = Output & { readonly statement: number };

/** What a profile's edges do not show, because there is no column to lead from. Another statement may fill it from one. */
export function sourceless(result: LineageResult, profile: ProfileName): readonly Sourceless[] {
  const switches = PROFILES[profile];
  const { middle } = tablesOf(result, switches);
  const isMiddle = (key: string): boolean => middle.has(key);
  const rows = collapsed(rowsOf(result, switches), isMiddle, switches.collapse === 'intermediate');
  const counts = rows.filter(({ reasons }) => reasons.includes('ROW_COUNT'));
  const named = (output: Placed, from: Sourceless['from']): Sourceless => ({
    target: [targetName(output, switches, result), output.targetColumn ?? `_col_${output.position}`],
    from,
    statement: output.statement,
    position: output.position,
  });
  return [
    ...counts.filter((row) => isAsked(row, switches, result)).map((row) => named(row, 'rowCount')),
    ...constantsOf(result, switches, isMiddle)
      .filter((output) => isAsked(output, switches, result))
      .map((output) => named(output, 'constant')),
  ];
}

/** Also by way of tables that only hand on. */
function constantsOf(result: LineageResult, switches: Switches, isMiddle: (key: string) => boolean): readonly Placed[] {
  const constants: Placed[] = [];
  const handedOn = new Set<string>();
  const renames = new Renames(result.statements, switches);
  result.statements.forEach((statement, at) => {
    const outputs = [
      ...statement.constants,
      ...statement.edges.filter(({ table, column }) => handedOn.has(columnKey(renames.called(table, at), column))),
    ];
    for (const { target, targetColumn, position } of outputs) {
      const end = renames.called(target, at);
      if (end !== null && isMiddle(end.key)) handedOn.add(columnKey(end, targetColumn ?? ''));
      else constants.push({ target: end, targetColumn, position, statement: at });
    }
  });
  return constants;
}

const columnKey = (table: TableId | null, column: string): string => `${table?.key ?? ''}\0${column.toLowerCase()}`;
