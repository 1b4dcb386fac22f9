import type { Tx } from '../../db/database.ts';
import { lastEventsOf, type Told } from './eventsOf.ts';
import type { Finding } from './finding.ts';
import { type Checked, stepOf } from './reconcile.ts';

/** Checks a page of rows, each with the last event of each action about it. */
export const checking =
  <R extends { readonly id: string }>(
    rowsAfter: (tx: Tx, after: string, limit: number) => Promise<readonly R[]>,
    check: (row: R, events: readonly Told[]) => Finding | null,
  ) =>
  async (tx: Tx, after: string, limit: number): Promise<Checked> => {
    const rows = await rowsAfter(tx, after, limit);
    const events = await lastEventsOf(
      tx,
      rows.map(({ id }) => id),
    );
    return stepOf(
      rows,
      limit,
      ({ id }) => id,
      rows.map((row) => check(row, events.get(row.id) ?? [])),
    );
  };
