import { readPage, toConnection, type Connection, type PageArgs } from '../../../../kernel/page.ts';
import type { Context } from '../../context.ts';
import type { FeatureBinding, FeatureBindingState } from '../../domain/features/binding.ts';
import { type BoundColumn, coverageOf, type FeatureCoverage } from '../../domain/features/coverage.ts';
import type { ModelVersion } from '../../domain/model.ts';
import { featureHistory } from '../../store/features/bindings.ts';

const STATES: readonly FeatureBindingState[] = ['CONFIRMED', 'PROPOSED', 'REJECTED'];

/** What holds, in the order of the inputs' names. */
export async function featureConnection(
  { featureBindings, request }: Context,
  { id }: Pick<ModelVersion, 'id'>,
  filter: { readonly states?: readonly FeatureBindingState[] | null } | null | undefined,
  args: PageArgs,
): Promise<Connection<FeatureBinding>> {
  const states = filter?.states ?? STATES;
  const page = readPage(args, JSON.stringify(['features', id, states.toSorted(), request.asOf]), 100);
  const all = (await featureBindings.load(id)).filter(({ state }) => states.includes(state));
  const from = page.after === null ? 0 : all.findIndex((binding) => binding.id === page.after?.[0]) + 1;
  const totalCount = { value: all.length, exact: true };
  return toConnection(all.slice(from, from + page.first + 1), page, (binding) => [binding.id], totalCount);
}

/** All that was ever said, latest first. */
export async function featureHistoryConnection(
  { kernel, request }: Context,
  { id }: Pick<ModelVersion, 'id'>,
  args: PageArgs,
): Promise<Connection<FeatureBinding>> {
  const page = readPage(args, JSON.stringify(['featureHistory', id, request.asOf]), 50, ['time', 'text']);
  const rows = await featureHistory(kernel.db, id, page, request.asOf);
  return toConnection(rows, page, ({ recordedAt, id: binding }) => [recordedAt, binding]);
}

interface Counted {
  readonly totalCount: { readonly value: number; readonly exact: boolean };
}

/** Columns that inputs come from, those with the most first. */
export function boundColumns({ columns }: FeatureCoverage, args: PageArgs): Connection<BoundColumn> & Counted {
  const page = readPage(args, JSON.stringify(['boundColumns', columns.length]), 100);
  const from = page.after === null ? 0 : columns.findIndex(({ columnId }) => columnId === page.after?.[0]) + 1;
  const totalCount = { value: columns.length, exact: true };
  return { ...toConnection(columns.slice(from, from + page.first + 1), page, ({ columnId }) => [columnId]), totalCount };
}

/** Null for a version without signature. */
export async function featureCoverage(
  { featureBindings }: Context,
  { id, signature }: Pick<ModelVersion, 'id' | 'signature'>,
): Promise<FeatureCoverage | null> {
  return signature === null ? null : coverageOf(signature, await featureBindings.load(id));
}
