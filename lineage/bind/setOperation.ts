import type { SetOperation } from '../ir/ir.ts';
import { allStepped, distinct, influencing } from '../model/flows.ts';
import type { Binder, BoundColumn, NamedColumn, Relation, Scope } from './bind.ts';
import { innerScope } from './scope.ts';

/** UNION, INTERSECT and EXCEPT: columns meet by position, or by name where the query says so. */
export function bindSetOperation(binder: Binder, operation: SetOperation, outer: Scope): Relation {
  const scope = binder.withCtes(operation.with, outer);
  const left = binder.query(operation.left, scope);
  const right = binder.query(operation.right, scope);
  const influences = [...left.influences, ...right.influences];
  const other = operation.operator === 'except' ? right.columns.map(deciding) : right.columns;
  const columns = operation.byName ? byName(left.columns, other) : byPosition(left.columns, other);
  const sorted = innerScope(scope, {
    sources: [{ alias: null, table: null, known: 'script', columns, influences: [], hidden: false }],
  });
  const sort = binder.notes.quietly(() => operation.sort.flatMap((expr) => binder.expr(expr, sorted)));
  return { columns, influences: distinct([...influences, ...influencing(sort, 'sort')]) };
}

/** What EXCEPT takes away gives no values; it decides which are left. */
const deciding = (column: BoundColumn): BoundColumn =>
  column.kind === 'rest' ? column : { ...column, flows: allStepped(column.flows, 'condition') };

function byPosition(left: readonly BoundColumn[], right: readonly BoundColumn[]): readonly BoundColumn[] {
  // Behind a star of unknown width no position is known; what both sides have is kept under its own name.
  if (left.some(unbounded) || right.some(unbounded)) return sideBySide(left, right);
  return left.map((column, at) => joined(column, right[at]));
}

const unbounded = (column: BoundColumn): boolean => column.kind !== 'named';

function joined(left: BoundColumn, right: BoundColumn | undefined): BoundColumn {
  if (left.kind !== 'named' || right?.kind !== 'named') return left;
  return { ...left, flows: distinct([...left.flows, ...right.flows]) };
}

function sideBySide(left: readonly BoundColumn[], right: readonly BoundColumn[]): readonly BoundColumn[] {
  const before = left.findIndex(unbounded);
  const beforeRight = right.findIndex(unbounded);
  const aligned = Math.min(before === -1 ? left.length : before, beforeRight === -1 ? right.length : beforeRight);
  const head = left.slice(0, aligned).map((column, at) => joined(column, right[at]));
  return [...head, ...byName(left.slice(aligned), right.slice(aligned))];
}

function byName(left: readonly BoundColumn[], right: readonly BoundColumn[]): readonly BoundColumn[] {
  const found = new Map<string, NamedColumn>();
  for (const column of right) if (column.kind === 'named' && column.name !== null) found.set(column.name.toLowerCase(), column);
  const taken = new Set<string>();
  const merged = left.map((column) => {
    const name = column.kind === 'named' ? column.name?.toLowerCase() : undefined;
    const other = name === undefined ? undefined : found.get(name);
    if (name !== undefined && other !== undefined) taken.add(name);
    return joined(column, other);
  });
  const stars = new Set(left.flatMap((column) => (column.kind === 'rest' ? [column.table.key] : [])));
  return [...merged, ...right.filter((column) => isNew(column, taken, stars))];
}

/** Neither met by name, nor another star over the same table. */
function isNew(column: BoundColumn, taken: ReadonlySet<string>, stars: ReadonlySet<string>): boolean {
  if (column.kind === 'rest') return !stars.has(column.table.key);
  return column.kind === 'open' || column.name === null || !taken.has(column.name.toLowerCase());
}
