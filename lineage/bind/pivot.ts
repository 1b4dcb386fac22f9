import type { Expr, PivotAggregate, Source } from '../ir/ir.ts';
import { allStepped, distinct } from '../model/flows.ts';
import type { Flow } from '../model/model.ts';
import type { Binder, BoundColumn, BoundSource, NamedColumn, Scope } from './bind.ts';
import { renamedColumns } from './cte.ts';
import { innerScope } from './scope.ts';

type Pivot = Source & { readonly kind: 'pivot' };
type Unpivot = Source & { readonly kind: 'unpivot' };

/** One column for each value and aggregate; the columns that nothing spoke of stay and group the rows. */
export function bindPivot(binder: Binder, pivot: Pivot, input: readonly BoundSource[], scope: Scope): BoundSource {
  const inside = innerScope(scope);
  inside.sources.push(...input);
  const used = new Set([...pivot.aggregates.flatMap(({ expr }) => namesIn(expr)), ...pivot.keys.flatMap(namesIn)]);
  const flowsOf = pivot.aggregates.map(({ expr }) => distinct(allStepped(binder.expr(expr, inside), 'aggregation')));
  const all = distinct(flowsOf.flat());
  const keys = pivot.keys.flatMap((key) => allStepped(binder.expr(key, inside), 'condition'));
  const made = pivot.values === null ? [openColumn(all)] : pivotColumns(binder, pivot, pivot.values, flowsOf);
  const kept = pivot.group === null ? keptColumns(input, used) : pivot.group.map((expr) => groupColumn(binder, expr, inside));
  const columns = renamedColumns([...kept, ...made], pivot.alias.columns);
  const influences = [...input.flatMap((source) => source.influences), ...keys.map((flow): Flow => ({ ...flow, kind: 'group' }))];
  return { alias: pivot.alias.name ?? input[0]?.alias ?? null, table: null, known: 'script', columns, influences, hidden: false };
}

const openColumn = (flows: readonly Flow[]): BoundColumn => ({ kind: 'open', flows });

function pivotColumns(
  binder: Binder,
  pivot: Pivot,
  values: readonly string[],
  flows: readonly (readonly Flow[])[],
): readonly NamedColumn[] {
  return values.flatMap((value) =>
    pivot.aggregates.map((aggregate, at): NamedColumn => ({
      kind: 'named',
      name: pivotName(binder, value, aggregate, pivot.aggregates.length),
      flows: flows[at] ?? [],
      hull: null,
    })),
  );
}

function pivotName(binder: Binder, value: string, aggregate: PivotAggregate, count: number): string {
  const style = binder.rules.pivotNames;
  if (style === 'aggregate_value')
    return aggregate.alias !== null ? `${aggregate.alias}_${value}` : count === 1 ? value : `${aggregate.label}_${value}`;
  if (style === 'value_aggregate')
    return count === 1 && aggregate.alias === null ? value : `${value}_${aggregate.alias ?? aggregate.label}`;
  return aggregate.alias !== null ? `${value}_${aggregate.alias}` : value;
}

function groupColumn(binder: Binder, expr: Expr, scope: Scope): NamedColumn {
  return {
    kind: 'named',
    name: expr.kind === 'column' ? (expr.path.at(-1)?.text ?? null) : null,
    flows: binder.expr(expr, scope),
    hull: null,
  };
}

function keptColumns(input: readonly BoundSource[], used: ReadonlySet<string>): readonly BoundColumn[] {
  return input.flatMap((source) =>
    source.columns.flatMap((column): readonly BoundColumn[] => {
      if (column.kind === 'rest')
        return [{ ...column, except: new Set([...column.except, ...used]), direct: source.table?.key === column.table.key }];
      return column.kind === 'named' && used.has(column.name?.toLowerCase() ?? '') ? [] : [column];
    }),
  );
}

/** Many columns become rows of one: their names under the label, their values under the value. */
export function bindUnpivot(binder: Binder, unpivot: Unpivot, input: readonly BoundSource[], scope: Scope): BoundSource {
  const inside = innerScope(scope);
  inside.sources.push(...input);
  const used = new Set(unpivot.groups.flat().flatMap(namesIn));
  const values = unpivot.values.map((name, at): NamedColumn => {
    const flows = unpivot.groups.flatMap((group) => {
      const expr = group[at] ?? group[0];
      return expr === undefined ? [] : binder.expr(expr, inside);
    });
    return { kind: 'named', name, flows: distinct(flows), hull: null };
  });
  // Which label a row has says which of the columns was not null.
  const label: NamedColumn = {
    kind: 'named',
    name: unpivot.label,
    flows: distinct(
      allStepped(
        values.flatMap(({ flows }) => flows),
        'condition',
      ),
    ),
    hull: null,
  };
  const columns = renamedColumns([...keptColumns(input, used), label, ...values], unpivot.alias.columns);
  return {
    alias: unpivot.alias.name ?? input[0]?.alias ?? null,
    table: null,
    known: 'script',
    columns,
    influences: input.flatMap((source) => source.influences),
    hidden: false,
  };
}

/** Names of columns below an expression. */
function namesIn(expr: Expr): readonly string[] {
  if (expr.kind === 'column') return [expr.path.at(-1)?.text.toLowerCase() ?? ''];
  return expr.kind === 'apply' ? [...expr.inputs, ...expr.conditions].flatMap(namesIn) : [];
}
