import { inspect } from 'node:util';
import { expect, test } from 'vitest';
import type { QueryItem } from '../../connectors/connector.ts';
import { withSession } from './crawling.ts';
import type { PreparedSource } from './preparedSource.ts';

/** What every connector guarantees of the statements that it tells of, or of not telling of any. */
export function statementGuarantees(source: () => PreparedSource): void {
  const read = (limit: number) =>
    withSession(source(), async (session) => {
      const items: QueryItem[] = [];
      for await (const item of session.queries?.({ limit, signal: AbortSignal.timeout(60_000) }) ?? []) items.push(item);
      const { queries } = await session.inspect(AbortSignal.timeout(60_000));
      return { items, queries, keepsStatements: session.queries !== undefined };
    });

  test('statements end with one receipt, which says why there are none and what to do; a test of the source says the same', async () => {
    const { items, queries, keepsStatements } = await read(5_000);
    if (!keepsStatements) return expect(queries).toBeUndefined();
    expect(items.filter(({ type }) => type === 'receipt')).toHaveLength(1);
    const last = items.at(-1);
    if (last?.type !== 'receipt') return expect.fail('the receipt is not the last item');
    expect(last.notes.length).toBeLessThanOrEqual(20);
    expect(queries).toEqual({ readable: last.readable, reason: queries?.reason ?? null });
    if (!last.readable) {
      expect(items).toHaveLength(1);
      expect(last.notes).toEqual([expect.stringMatching(/\S+ \S+/)]);
      expect(queries?.reason).toBe(last.notes[0]);
    }
    for (const secret of source().secrets) expect(inspect(items, { depth: 10 })).not.toContain(secret);
  });

  test('no more statements come than were asked for, and reading them ends soon when it is aborted', async () => {
    expect((await read(2)).items.filter(({ type }) => type === 'query').length).toBeLessThanOrEqual(2);
    await withSession(source(), async (session) => {
      const items = session.queries?.({ limit: 2, signal: AbortSignal.abort() })[Symbol.asyncIterator]();
      if (items !== undefined) await expect(items.next()).rejects.toThrow();
    });
  });
}
