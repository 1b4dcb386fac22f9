import type { MergeAction, Statement } from '../ir/ir.ts';
import type { BoundColumn, BoundSource, Scope } from '../bind/bind.ts';
import { baseTable } from '../bind/source.ts';
import { innerScope } from '../bind/scope.ts';
import { distinct, influencing } from '../model/flows.ts';
import type { TableId } from '../model/model.ts';
import { placed } from './columnsOf.ts';
import type { Effect } from './outcome.ts';
import { outputEffect } from './output.ts';

type Merge = Statement & { readonly kind: 'merge' };

/** MERGE: each action writes some columns of the target from the source, and from the target itself. */
export function mergeEffect(effect: Effect, merge: Merge, outer: Scope): TableId {
  const { binder, outcome } = effect;
  const around = binder.withCtes(merge.with, outer);
  const scope = innerScope(around);
  const target = outcome.writeTo(binder.session.table(merge.table));
  const sources = binder.source(merge.source, scope);
  scope.sources.push(...sources, baseTable(binder, target, { name: merge.alias, columns: [] }));
  const condition = merge.on === null ? [] : influencing(binder.expr(merge.on, scope), 'join');
  for (const action of merge.actions) actionEdges(effect, action, target, { all: scope, sources });
  outputEffect(effect, merge.output, target, scope);
  outcome.influenced(target, distinct([...sources.flatMap((source) => source.influences), ...scope.influences, ...condition]));
  return target;
}

interface MergeScope {
  readonly all: Scope;
  readonly sources: readonly BoundSource[];
}

function actionEdges({ binder, outcome }: Effect, action: MergeAction, target: TableId, { all, sources }: MergeScope): void {
  if (action.kind === 'update') {
    action.set.forEach(({ target: path, value, hull }, position) => {
      outcome.flows(target, path.at(-1) ?? null, binder.expr(value, all), { position, span: hull });
    });
  }
  if (action.kind === 'insert') {
    // Only the source is in reach where there is no row of the target yet.
    const scope = innerScope(all.parent, { ctes: all.ctes, sources: [...sources] });
    const values = action.values.map((item): BoundColumn => ({
      kind: 'named',
      name: item.name,
      flows: binder.expr(item.expr, scope),
      hull: item.hull,
    }));
    const names = action.columns.length > 0 ? action.columns : (binder.session.columnsOf(target)?.columns ?? []);
    outcome.emit(target, { columns: placed(values, names), influences: [] });
  }
  if (action.kind === 'everything')
    outcome.emit(target, { columns: sources.flatMap((source) => source.columns), influences: [] });
}
