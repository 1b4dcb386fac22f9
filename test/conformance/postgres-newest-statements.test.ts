import { PGlite } from '@electric-sql/pglite';
import { pg_stat_statements } from '@electric-sql/pglite/contrib/pg_stat_statements';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { beginSnapshot } from '../../connectors/postgres/queries.ts';
import type { StatementRow, StatementTotalsRow, StatementViewRow } from '../../connectors/postgres/rows.ts';
import { FETCH_STATEMENTS, openStatements, STATEMENT_VIEW, statementTotals } from '../../connectors/postgres/statementQueries.ts';

/** PGlite brings a newer pg_stat_statements than most servers have. */
let lite: PGlite;
beforeAll(async () => {
  lite = new PGlite({ extensions: { pg_stat_statements } });
  await lite.exec('create extension pg_stat_statements; create table a (id int); create table b (id int)');
  await lite.exec('insert into b select id from a where id in (1, 2, 3)');
  await lite.exec(beginSnapshot(1_000));
});
afterAll(() => lite.close());

test('the newest pg_stat_statements can be read: since when it counts, all in all and each statement', async () => {
  const [view] = (await lite.query<StatementViewRow>(STATEMENT_VIEW)).rows;
  expect(view).toMatchObject({ schema: 'public', permitted: true, tellsReset: true });
  expect(view?.columns).toEqual(expect.arrayContaining(['total_exec_time', 'stats_since']));
  const databases = [['postgres', 'template1']];
  const [totals] = (await lite.query<StatementTotalsRow>(statementTotals('public', true), databases)).rows;
  expect(totals?.since).toBeInstanceOf(Date);
  await lite.query(openStatements('public', new Set(view?.columns)), [...databases, 10]);
  const found = (await lite.query<StatementRow>(FETCH_STATEMENTS)).rows;
  expect(found).toContainEqual(
    expect.objectContaining({
      text: expect.stringMatching(/^insert into b select id from a where id in \(\$1/),
      calls: 1,
      firstSeenAt: expect.any(Date),
    }),
  );
});
