import pg from 'pg';
import { vi } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';

/** A statement as it was sent. */
export interface Sent {
  readonly name?: string;
  readonly text: string;
  readonly values?: readonly unknown[];
}

/** What was sent to the database while the work ran. */
export async function statementsOf(work: () => Promise<unknown>): Promise<readonly Sent[]> {
  const query = vi.spyOn(pg.Client.prototype, 'query');
  try {
    await work();
    return query.mock.calls.map(([sent]) => sent as unknown as Sent);
  } finally {
    query.mockRestore();
  }
}

/** The plan of the one statement of this name, on a database that avoids reading whole tables. */
export async function planOf(db: Database, name: string, sent: readonly Sent[]): Promise<string> {
  const statement = sent.find((one) => one.name === name);
  if (statement === undefined) throw new Error(`no ${name} among ${sent.map((one) => one.name).join(', ')}`);
  return db.transaction(async (tx) => {
    await tx.query('analyze');
    await tx.query('set local enable_seqscan = off');
    await tx.query('set local enable_bitmapscan = off');
    const lines = await tx.query<{ 'QUERY PLAN': string }>(`explain (costs off) ${statement.text}`, statement.values);
    return lines.map((line) => line['QUERY PLAN']).join('\n');
  });
}
