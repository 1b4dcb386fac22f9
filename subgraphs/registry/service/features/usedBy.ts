import { badInput } from '../../../../kernel/fault.ts';
import { readPage, toConnection, type Connection, type PageArgs } from '../../../../kernel/page.ts';
import { type Instant, parseInstant } from '../../../../kernel/time.ts';
import type { Context } from '../../context.ts';
import type { ColumnUse, DatasetConsumer } from '../../domain/features/use.ts';
import { columnUses } from '../../store/features/columnUses.ts';
import { datasetConsumers } from '../../store/features/datasetConsumers.ts';

/** From a moment on, and before another. */
export interface Period {
  readonly from?: string | null;
  readonly to?: string | null;
}

/** Intervals in which a version that uses the column was in a stage, as far as they reach into the period; the latest first. */
export async function usedBy(
  { kernel, request, visible, bindings }: Context,
  columnId: string,
  during: Period | null | undefined,
  args: PageArgs,
): Promise<Connection<ColumnUse>> {
  const [from, to] = [moment(during?.from), moment(during?.to)];
  if (from !== null && to !== null && from >= to) throw badInput('during: `from` must be before `to`.');
  const page = readPage(args, JSON.stringify(['usedBy', columnId, from, to, request.asOf]), 50, ['no']);
  const wanted = { from, to, before: page.after?.[0] ?? null, count: page.first + 1 };
  const rows = await columnUses(kernel.db, await visible(), columnId, wanted, request.asOf);
  const connection = toConnection(rows, page, ({ seq }) => [seq]);
  const found = await bindings.loadMany(connection.edges.map(({ node }) => node.bindingId));
  return {
    ...connection,
    edges: connection.edges.flatMap(({ cursor, node: { features } }, place) => {
      const binding = found[place];
      return binding === undefined || binding === null || binding instanceof Error
        ? []
        : [{ cursor, node: { binding, features } }];
    }),
  };
}

/** Sealed versions that a dataset went into, the latest first. */
export async function consumedBy(
  { kernel, request, visible }: Context,
  datasetId: string,
  args: PageArgs,
): Promise<Connection<DatasetConsumer>> {
  const page = readPage(args, JSON.stringify(['consumedBy', datasetId, request.asOf]), 50, ['time', 'text']);
  const rows = await datasetConsumers(kernel.db, await visible(), datasetId, page, request.asOf);
  return toConnection(rows, page, ({ sealedAt, versionId }) => [sealedAt, versionId]);
}

const moment = (written: string | null | undefined): Instant | null =>
  written === undefined || written === null ? null : parseInstant(written);
