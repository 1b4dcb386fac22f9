import type { Expr, WindowUse } from '../ir/ir.ts';
import { MASKING_FUNCTIONS } from './masking.ts';
import { allStepped, distinct, influencing } from '../model/flows.ts';
import type { Flow } from '../model/model.ts';
import type { Binder, Scope } from './bind.ts';
import { flowFrom, wholeRow } from './lookup.ts';
import { sourceNamed } from './qualifier.ts';
import { resolveColumn } from './resolve.ts';
import { innerScope } from './scope.ts';

/** The columns whose values go into an expression, and how. */
export function bindExpression(binder: Binder, expr: Expr, scope: Scope): readonly Flow[] {
  switch (expr.kind) {
    case 'constant':
      return [];
    case 'column':
      return resolveColumn(binder, scope, expr.path, expr.composite === true);
    case 'ordinal':
      return byPosition(expr.index, scope);
    case 'everyColumn':
      return everyColumn(binder, expr, scope);
    case 'query':
      return fromSubquery(binder, expr, scope);
    case 'exists':
      scope.influences.push(...influencing(everything(binder.query(expr.query, scope)), 'filter'));
      return [];
    case 'lambda':
      return bindExpression(
        binder,
        expr.body,
        innerScope(scope, { lambdas: new Set(expr.parameters.map((name) => name.toLowerCase())) }),
      );
    case 'lookup':
      return fromLookup(binder, expr, scope);
    case 'apply':
      return applied(binder, expr, scope);
  }
}

function applied(binder: Binder, expr: Expr & { kind: 'apply' }, scope: Scope): readonly Flow[] {
  const masking = expr.function !== null && MASKING_FUNCTIONS.has(expr.function);
  const flows: Flow[] = [];
  for (const input of expr.inputs) flows.push(...allStepped(binder.expr(input, scope), expr.step, masking));
  for (const condition of expr.conditions) flows.push(...allStepped(binder.expr(condition, scope), 'condition'));
  if (expr.window !== null) flows.push(...windowFlows(binder, expr.window, scope, 0));
  return distinct(flows);
}

/** OVER (w ORDER BY x) takes the keys of `w` too. */
function windowFlows(binder: Binder, window: WindowUse, scope: Scope, depth: number): readonly Flow[] {
  const own = window.keys.flatMap((key) => allStepped(binder.expr(key, scope), 'window'));
  const named = window.name === null || depth > 10 ? undefined : scope.windows.get(window.name.toLowerCase());
  return named === undefined ? own : [...own, ...windowFlows(binder, named, scope, depth + 1)];
}

/** `$1` over a file, or over any source whose columns are known by their order. */
function byPosition(index: number, scope: Scope): readonly Flow[] {
  const source = scope.sources[0];
  if (source === undefined) return [];
  const column = source.columns[index - 1];
  if (column?.kind === 'named') return column.flows;
  return source.table === null ? [] : [flowFrom(source.table, `$${index}`, 'BY_POSITION', 0.9)];
}

function everyColumn(binder: Binder, expr: Expr & { kind: 'everyColumn' }, scope: Scope): readonly Flow[] {
  const named = expr.qualifier.length === 0 ? null : sourceNamed(binder.rules, scope.sources, expr.qualifier);
  const sources = expr.qualifier.length === 0 ? scope.sources : named === null ? [] : [named];
  if (!expr.counted) return distinct(sources.flatMap(wholeRow));
  return distinct(sources.flatMap((source) => (source.table === null ? [] : [flowFrom(source.table, '*', 'ROW_COUNT', 0.9)])));
}

function everything(relation: ReturnType<Binder['query']>): readonly Flow[] {
  return [...relation.columns.flatMap((column) => (column.kind === 'rest' ? [] : column.flows)), ...relation.influences];
}

function fromSubquery(binder: Binder, expr: Expr & { kind: 'query' }, scope: Scope): readonly Flow[] {
  const relation = binder.query(expr.query, scope);
  scope.influences.push(...relation.influences);
  const flows = relation.columns.flatMap((column) =>
    column.kind === 'rest' ? [flowFrom(column.table, '*', 'STAR_UNEXPANDED', 0.5)] : column.flows,
  );
  return distinct(flows);
}

function fromLookup(binder: Binder, expr: Expr & { kind: 'lookup' }, scope: Scope): readonly Flow[] {
  const table = binder.session.table(expr.table);
  binder.notes.read(table);
  const values = expr.columns.map((column) => flowFrom(table, column, 'LOOKUP', 0.95));
  const keys = expr.keys.flatMap((key) => allStepped(binder.expr(key, scope), 'transformation'));
  return distinct([...allStepped(values, 'transformation'), ...keys]);
}
