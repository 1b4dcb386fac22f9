import type { StarItem } from '../ir/ir.ts';
import type { Binder, BoundColumn, BoundSource, NamedColumn, Scope } from './bind.ts';
import { certainFlows, flowFrom } from './lookup.ts';
import { sourceNamed } from './qualifier.ts';
import { keptSide, resolveColumn } from './resolve.ts';

/** Stars over stars can double with every step; no database has relations as wide as this. */
const COLUMNS_MAX = 20_000;

/** The columns that a star stands for, in their order. */
export function expandStar(binder: Binder, star: StarItem, scope: Scope): readonly BoundColumn[] {
  const expanded = star.qualifier.length === 0 ? everySource(scope) : qualifiedSource(binder, star, scope);
  if (expanded.length > COLUMNS_MAX) throw new RangeError(`A star stands for more than ${COLUMNS_MAX} columns.`);
  return expanded.flatMap((column) => modified(binder, star, scope, column)).concat(renamedRest(star, expanded));
}

/** `t.*`, or all fields of a struct column. */
function qualifiedSource(binder: Binder, star: StarItem, scope: Scope): readonly BoundColumn[] {
  for (let at: Scope | null = scope; at !== null; at = at.parent) {
    const source = sourceNamed(binder.rules, at.sources, star.qualifier);
    if (source !== null) return source.columns;
  }
  const flows = resolveColumn(binder, scope, star.qualifier).map((flow) => ({ ...flow, path: [...flow.path, '*'] }));
  return [{ kind: 'named', name: '*', flows, hull: null }];
}

/** Columns that USING or NATURAL made one appear once, and first. */
function everySource(scope: Scope): readonly BoundColumn[] {
  const visible = scope.sources.filter((source) => !source.hidden);
  if (scope.merged.size === 0) return visible.flatMap((source) => source.columns);
  const merged = [...scope.merged].map(([name, side]) => mergedColumn(name, side, visible)).filter((column) => column !== null);
  const rest = visible.flatMap((source) =>
    source.columns.map((column) => withoutMerged(column, new Set(scope.merged.keys()))).filter((column) => column !== null),
  );
  return [...merged, ...rest];
}

function mergedColumn(name: string, side: 'left' | 'right' | 'both', sources: readonly BoundSource[]): NamedColumn | null {
  const sides = sources.map((source) => certainFlows(source, { text: name, quoted: false }, []) ?? restFlows(source, name));
  const flows = keptSide(
    sides.filter((each) => each.length > 0),
    side,
  );
  const named = sources
    .flatMap((source) => source.columns)
    .find((column) => column.kind === 'named' && column.name?.toLowerCase() === name);
  return flows.length === 0 ? null : { kind: 'named', name: named?.kind === 'named' ? named.name : name, flows, hull: null };
}

const restFlows = (source: BoundSource, name: string) =>
  source.columns.flatMap((column) =>
    column.kind === 'rest' && !column.except.has(name) ? [flowFrom(column.table, name, 'SOLE_OWNER', 0.9)] : [],
  );

function withoutMerged(column: BoundColumn, merged: ReadonlySet<string>): BoundColumn | null {
  if (column.kind === 'named') return column.name !== null && merged.has(column.name.toLowerCase()) ? null : column;
  return column.kind === 'rest' ? { ...column, except: new Set([...column.except, ...merged]) } : column;
}

/** EXCEPT, REPLACE and RENAME, in this order. */
function modified(binder: Binder, star: StarItem, scope: Scope, column: BoundColumn): readonly BoundColumn[] {
  if (column.kind === 'open') return [column];
  const except = star.except.map((name) => name.toLowerCase());
  if (column.kind === 'rest') {
    const gone = [
      ...except,
      ...star.rename.map(({ from }) => from.toLowerCase()),
      ...star.replace.map(({ name }) => name.toLowerCase()),
    ];
    const replaced = star.replace.map(({ name, expr }): NamedColumn => ({
      kind: 'named',
      name,
      flows: binder.expr(expr, scope),
      hull: null,
    }));
    return [
      ...replaced,
      { ...column, except: gone.length === 0 ? column.except : new Set([...column.except, ...gone]), direct: false },
    ];
  }
  const name = column.name?.toLowerCase() ?? '';
  if (except.includes(name) || (star.matching !== null && !star.matching.test(name))) return [];
  const replacement = star.replace.find((each) => each.name.toLowerCase() === name);
  const renaming = star.rename.find(({ from }) => from.toLowerCase() === name);
  const flows = replacement === undefined ? column.flows : binder.expr(replacement.expr, scope);
  return [{ ...column, name: renaming?.to ?? column.name, flows }];
}

/** A renamed column of a table whose columns are not known is the one that is known. */
function renamedRest(star: StarItem, expanded: readonly BoundColumn[]): readonly BoundColumn[] {
  const rest = expanded.find((column) => column.kind === 'rest');
  if (rest?.kind !== 'rest') return [];
  const known = new Set(
    expanded.flatMap((column) => (column.kind === 'named' && column.name !== null ? [column.name.toLowerCase()] : [])),
  );
  return star.rename
    .filter(({ from }) => !known.has(from.toLowerCase()))
    .map(({ from, to }) => ({ kind: 'named', name: to, flows: [flowFrom(rest.table, from, 'SOLE_OWNER', 0.8)], hull: null }));
}
