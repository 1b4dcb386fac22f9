import type { Name } from '../ir/ir.ts';
import { distinct } from '../model/flows.ts';
import type { Flow, Reason, TableId } from '../model/model.ts';
import type { BoundColumn, BoundSource, NamedColumn } from './bind.ts';

export function flowFrom(table: TableId, column: string, reason: Reason, confidence: number, path: readonly string[] = []): Flow {
  return { table, column, path, kind: 'identity', masking: false, confidence, reasons: [reason], candidates: [] };
}

const below = (flows: readonly Flow[], fields: readonly string[]): readonly Flow[] =>
  fields.length === 0
    ? flows
    : flows.map((flow) => (flow.kind === 'identity' ? { ...flow, path: [...flow.path, ...fields] } : flow));

/** The column by this name, the exactly written one first. */
export function namedColumn(columns: readonly BoundColumn[], name: string): NamedColumn | null {
  const alike = indexOf(columns).get(name.toLowerCase());
  return alike?.find((column) => column.name === name) ?? alike?.[0] ?? null;
}

type Index = ReadonlyMap<string, readonly NamedColumn[]>;

/** Wide tables are asked often; each list of columns is gone through once. */
const indexes = new WeakMap<readonly BoundColumn[], Index>();

function indexOf(columns: readonly BoundColumn[]): Index {
  const known = indexes.get(columns);
  if (known !== undefined) return known;
  const index = new Map<string, NamedColumn[]>();
  for (const column of columns) {
    if (column.kind !== 'named' || column.name === null) continue;
    const name = column.name.toLowerCase();
    const alike = index.get(name);
    if (alike === undefined) index.set(name, [column]);
    else alike.push(column);
  }
  indexes.set(columns, index);
  return index;
}

/** What flows out of a column that the source surely has; null when it has none by this name. */
export function certainFlows(source: BoundSource, column: Name, fields: readonly string[]): readonly Flow[] | null {
  const named = namedColumn(source.columns, column.text);
  return named === null ? null : below(named.flows, fields);
}

/** What would flow if the source had the column; null when it cannot have it. */
export function possibleFlows(source: BoundSource, column: Name, fields: readonly string[]): readonly Flow[] | null {
  const name = column.text.toLowerCase();
  const found: Flow[] = [];
  let possible = false;
  for (const each of source.columns) {
    if (each.kind === 'open') {
      possible = true;
      found.push(...each.flows);
    }
    if (each.kind !== 'rest' || each.except.has(name)) continue;
    possible = true;
    const direct = each.direct === true || source.table?.key === each.table.key;
    found.push(flowFrom(each.table, column.text, direct ? 'SOLE_OWNER' : 'THROUGH_STAR', direct ? 0.9 : 0.7, fields));
  }
  return possible ? distinct(found) : null;
}

/** Of a source that was named: the column is there, even if the catalog knows nothing of it. */
export function flowsOf(source: BoundSource, column: Name, fields: readonly string[], reason: Reason): readonly Flow[] {
  const certain = certainFlows(source, column, fields);
  if (certain !== null) return certain;
  const possible = possibleFlows(source, column, fields);
  if (possible !== null)
    return possible.map((flow) => (flow.reasons[0] === 'SOLE_OWNER' ? { ...flow, reasons: [reason], confidence: 0.95 } : flow));
  return source.table === null ? [] : [flowFrom(source.table, column.text, 'NOT_IN_CATALOG', 0.6, fields)];
}

/** All columns of a source at once. */
export function wholeRow(source: BoundSource): readonly Flow[] {
  return distinct(
    source.columns.flatMap((column) =>
      column.kind === 'rest' ? [flowFrom(column.table, '*', 'STAR_UNEXPANDED', 0.5)] : column.flows,
    ),
  );
}
