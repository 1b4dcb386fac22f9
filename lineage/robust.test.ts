import { fc, test as property } from '@fast-check/vitest';
import { afterAll, describe, expect, test } from 'vitest';
import { analyzeNow } from './analyze.ts';
import { createAnalyzer } from './analyzer.ts';
import { DIALECTS } from './dialect/rules.ts';
import { project } from './profiles/project.ts';
import { EXAMPLES } from './examples.fixture.ts';

const dialect = fc.constantFrom(...DIALECTS.map(({ id }) => id));
const sql = fc.constantFrom(...Object.values(EXAMPLES).flatMap((examples) => examples.map(([text]) => text)));

/** Reads it, shows it under every profile, and lives. */
function survives(dialectName: string, text: string): void {
  const result = analyzeNow({ dialect: dialectName, sql: text });
  for (const profile of ['native', 'sqllineage', 'datahub', 'openlineage', 'sqlglot'] as const) project(result, profile);
}

/** c1 from c0 twice, c2 from c1 twice, and so on. */
function doubling(between: string): string {
  return Array.from({ length: 100 }, (_, at) => `, c${at + 1} AS (SELECT * FROM c${at} ${between} c${at})`).join('');
}

describe('nothing that is sent breaks it', () => {
  property.prop([dialect, fc.string({ maxLength: 200 })], { numRuns: 100 })('text that is no SQL', survives);
  property.prop([dialect, sql, fc.nat(400)], { numRuns: 100 })('SQL that ends in the middle', (name, text, end) =>
    survives(name, text.slice(0, end)),
  );
  property.prop([dialect, sql, sql], { numRuns: 50 })(
    'dialects mixed in one script',
    (name, one, other) => survives(name, `${one};\n${other}`),
    60_000,
  );
  property.prop([dialect, sql, fc.nat(400), fc.string({ maxLength: 3 })], { numRuns: 100 })(
    'SQL with something put into it',
    (name, text, at, more) => survives(name, text.slice(0, at) + more + text.slice(at)),
  );

  test.each([
    ['3,000 parentheses', `SELECT ${'('.repeat(3_000)}a${')'.repeat(3_000)} FROM t`],
    ['a chain of 5,000 additions', `SELECT ${Array.from({ length: 5_000 }, (_, at) => `c${at}`).join(' + ')} AS s FROM t`],
    ['5,000 conditions', `SELECT a FROM t WHERE ${Array.from({ length: 5_000 }, (_, at) => `c${at} = ${at}`).join(' AND ')}`],
    ['a select list of 5,000', `SELECT ${Array.from({ length: 5_000 }, (_, at) => `c${at} + 1 AS x${at}`).join(', ')} FROM t`],
    ['a chain of 1,000 unions', Array.from({ length: 1_000 }, (_, at) => `SELECT a FROM t${at}`).join(' UNION ALL ')],
    ['300 nested subqueries', `${'SELECT a FROM ('.repeat(300)}SELECT a FROM t${') x'.repeat(300)}`],
    [
      'a hundred CTEs that each take the one before twice',
      `WITH c0 AS (SELECT * FROM t)${doubling('UNION ALL SELECT * FROM')} SELECT * FROM c100`,
    ],
    ['a hundred CTEs that each double the columns', `WITH c0 AS (SELECT a FROM t)${doubling('x JOIN')} SELECT * FROM c100`],
    ['100,000 open parentheses', '('.repeat(100_000)],
    ['an unterminated string', "SELECT 'abc FROM t; SELECT b FROM u"],
    ['an unterminated comment', 'SELECT a /* FROM t'],
    ['an unterminated dollar quote', 'DO $$ BEGIN SELECT 1;'],
    ['only separators', ';;;;;;'],
    ['nothing', ''],
    ['a zero character', 'SELECT a\u0000 FROM t'],
  ])('%s', (_name, text) => survives('postgres', text), 60_000);

  test('10 MB of SQL', () => {
    const script = `INSERT INTO a SELECT x, '${'y'.repeat(2_000)}' FROM b;\n`.repeat(5_000);
    const result = analyzeNow({ dialect: 'postgres', sql: script });
    expect(result.statements).toHaveLength(5_000);
  });

  test('one statement of 2 MB is refused and says so', () => {
    const { problems } = analyzeNow({ dialect: 'ansi', sql: `SELECT ${'a, '.repeat(700_000)} b FROM t` });
    expect(problems.map(({ code }) => code)).toEqual(['TOO_LARGE']);
  });

  test('what would take longer than a second in the caller’s own thread is refused there, and says so', () => {
    const long = `SELECT a FROM t WHERE ${Array.from({ length: 40_000 }, (_, at) => `c${at} = ${at}`).join(' AND ')}`;
    const { problems } = analyzeNow({ dialect: 'ansi', sql: long });
    expect(problems).toMatchObject([{ code: 'TOO_LARGE', message: expect.stringContaining('80004 words; at most 50000') }]);
    const values = `INSERT INTO t VALUES ${Array.from({ length: 10_000 }, (_, at) => `(${at}, ${at})`).join(', ')}`;
    expect(analyzeNow({ dialect: 'ansi', sql: values }).problems).toEqual([]);
  });

  test('views that stand behind each other in a ring', () => {
    const ring = analyzeNow({ dialect: 'postgres', sql: 'CREATE VIEW a AS SELECT x FROM b; CREATE VIEW b AS SELECT x FROM a;' });
    expect(project(ring, 'sqllineage').columns).toEqual([]);
    const looked = analyzeNow({
      dialect: 'postgres',
      sql: 'SELECT x FROM a',
      views: [
        ['a', 'SELECT x FROM b'],
        ['b', 'SELECT x FROM a'],
      ],
    });
    expect(looked.statements).toHaveLength(1);
  });

  test('a table that is filled from itself', () => {
    const projection = project(
      analyzeNow({ dialect: 'postgres', sql: 'INSERT INTO t (a) SELECT a + 1 FROM t; INSERT INTO t (a) SELECT b FROM u' }),
      'sqllineage',
    );
    expect(projection.targets).toEqual(['t']);
  });
});

describe('in threads', () => {
  const analyzer = createAnalyzer({ threads: 2, statementMsMax: 5_000 });
  afterAll(() => analyzer.close());

  test('the answer is the same', async () => {
    const request = { dialect: 'postgres', sql: 'CREATE TEMP TABLE x AS SELECT a FROM t; INSERT INTO y SELECT a FROM x' };
    expect(await analyzer.analyze(request)).toEqual(analyzeNow(request));
  });

  test('many at once are all answered', async () => {
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, at) => analyzer.analyze({ dialect: 'ansi', sql: `SELECT c${at} FROM t` })),
    );
    expect(results.map((result) => result.statements[0]?.edges[0]?.column)).toEqual(
      Array.from({ length: 50 }, (_, at) => `c${at}`),
    );
  });

  test('a statement that takes too long costs its thread only', async () => {
    const hasty = createAnalyzer({ threads: 1, statementMsMax: 1 });
    const slow = await hasty.analyze({
      dialect: 'ansi',
      sql: `SELECT ${Array.from({ length: 20_000 }, (_, at) => `c${at}`).join(', ')} FROM t`,
    });
    expect(slow.problems.map(({ code }) => code)).toEqual(['TOO_SLOW']);
    await hasty.close();
  });

  test('who gives up gets no answer', async () => {
    await expect(analyzer.analyze({ dialect: 'ansi', sql: 'SELECT 1', signal: AbortSignal.abort() })).rejects.toThrow('abort');
  });
});
