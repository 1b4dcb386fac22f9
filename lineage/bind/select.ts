import type { ExprItem, Item, JoinedSource, Select } from '../ir/ir.ts';
import { allStepped, distinct, influencing } from '../model/flows.ts';
import type { Flow } from '../model/model.ts';
import type { Binder, BoundColumn, BoundSource, Relation, Scope } from './bind.ts';
import { certainFlows, possibleFlows } from './lookup.ts';
import { innerScope } from './scope.ts';
import { keptSide } from './resolve.ts';
import { expandStar } from './star.ts';

/** A SELECT, from its sources to its columns. */
export function bindSelect(binder: Binder, select: Select, outer: Scope): Relation {
  const around = binder.withCtes(select.with, outer);
  const scope = innerScope(around, { windows: select.windows, seesAliases: binder.rules.lateralAliases !== 'never' });
  bindSources(binder, select.sources, scope);
  const columns = select.items.flatMap((item) => bindItem(binder, item, scope));
  const influences = influencesOf(binder, select, { ...scope, seesAliases: true });
  return {
    columns,
    influences: distinct([...scope.sources.flatMap((source) => source.influences), ...scope.influences, ...influences]),
  };
}

/** Each source sees those to its left: LATERAL, UNNEST and their kin need it, the others do not mind. */
export function bindSources(binder: Binder, sources: readonly JoinedSource[], scope: Scope): void {
  for (const joined of sources) {
    const bound = binder.source(joined.source, scope);
    const left = [...scope.sources];
    if (joined.natural) for (const name of commonNames(left, bound)) scope.merged.set(name, joined.keeps);
    for (const name of joined.using) scope.merged.set(name.toLowerCase(), joined.keeps);
    scope.sources.push(...(joined.hidden ? bound.map((source) => ({ ...source, hidden: true })) : bound));
    if (joined.usingAlias !== null) scope.sources.push(usingSource(joined.usingAlias, joined, scope));
    if (joined.on !== null) scope.influences.push(...influencing(binder.expr(joined.on, scope), 'join'));
    const compared = joined.natural ? commonNames(left, bound) : joined.using;
    for (const name of compared) scope.influences.push(...usingInfluence(name, scope));
  }
}

function commonNames(left: readonly BoundSource[], right: readonly BoundSource[]): readonly string[] {
  const names = (sources: readonly BoundSource[]): string[] =>
    sources
      .flatMap((source) => source.columns)
      .flatMap((column) => (column.kind === 'named' && column.name !== null ? [column.name.toLowerCase()] : []));
  const known = new Set(names(left));
  return names(right).filter((name) => known.has(name));
}

/** The columns of USING once more, under a name of their own; a star does not take them twice. */
function usingSource(alias: string, { using, keeps }: JoinedSource, scope: Scope): BoundSource {
  const columns = using.map((name): BoundColumn => {
    const column = { text: name, quoted: false };
    const sides = scope.sources.flatMap((source) => {
      const flows = certainFlows(source, column, []) ?? possibleFlows(source, column, []);
      return flows === null ? [] : [flows];
    });
    return { kind: 'named', name, flows: keptSide(sides, keeps), hull: null };
  });
  return { alias, table: null, known: 'script', columns, influences: [], hidden: true };
}

/** Both sides of the comparison that USING stands for. */
const usingInfluence = (name: string, scope: Scope): readonly Flow[] => {
  const column = { text: name, quoted: false };
  return influencing(
    scope.sources.flatMap((source) => certainFlows(source, column, []) ?? possibleFlows(source, column, []) ?? []),
    'join',
  );
};

function bindItem(binder: Binder, item: Item, scope: Scope): readonly BoundColumn[] {
  if (item.kind === 'star') return expandStar(binder, item, scope);
  const flows = binder.expr(item.expr, scope);
  if (item.aliased && item.name !== null) scope.aliases.set(item.name.toLowerCase(), flows);
  return [namedItem(item, flows)];
}

const namedItem = (item: ExprItem, flows: readonly Flow[]): BoundColumn => ({
  kind: 'named',
  name: item.name,
  flows,
  hull: item.hull,
});

function influencesOf(binder: Binder, select: Select, scope: Scope): readonly Flow[] {
  const { filter, group, sort } = select.influences;
  return [
    ...filter.flatMap((expr) => influencing(binder.expr(expr, scope), 'filter')),
    ...group.flatMap((expr) => influencing(binder.expr(expr, scope), 'group')),
    ...sort.flatMap((expr) => influencing(allStepped(binder.expr(expr, scope), 'transformation'), 'sort')),
  ];
}
