import type { LineageResult, Output } from '../model/model.ts';
import { tableName } from './names.ts';
import type { Switches } from './switches.ts';

/** Whether an output counts: the answer of a plain query may not, beside statements that write. */
export function isAsked({ target }: Output, switches: Switches, result: LineageResult): boolean {
  return target !== null || switches.plainQueries === 'always' || result.statements.every(({ writes }) => writes.length === 0);
}

/** What the table of an output is called; null for the answer of a query. */
export function targetName(
  { target, statement }: Output & { readonly statement: number },
  switches: Switches,
  result: LineageResult,
): string | null {
  const writes = result.statements[statement];
  const several =
    switches.manyTargets === 'unnamed' &&
    writes !== undefined &&
    new Set([...writes.writes, ...writes.touches].map(({ key }) => key)).size > 1;
  return several || target === null ? null : tableName(target, switches);
}
