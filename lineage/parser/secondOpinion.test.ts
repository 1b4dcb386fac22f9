import { describe, expect, test } from 'vitest';
import { analyzeNow } from '../analyze.ts';
import { createAnalyzer } from '../analyzer.ts';
import { dialectOf } from '../dialect/dialectOf.ts';
import { EXAMPLES } from '../examples.fixture.ts';
import type { LineageResult } from '../model/model.ts';
import { project } from '../profiles/project.ts';
import { parseStatement } from './mainParser.ts';
import { compared, secondReading } from './secondOpinion.ts';
import type { Parsed } from './sqlParser.ts';

const USING_ALIAS = 'SELECT j.k, upper(größe) AS g, \'ü𝄞\' AS note, lower("Name") AS n FROM t JOIN u USING (k) AS j';

/** Each kind of statement once. */
const STATEMENTS: readonly string[] = [
  'UPDATE t AS x SET a = s.b, c = x.d FROM s JOIN u USING (k) WHERE s.id = x.id',
  'UPDATE t SET (a, b) = (SELECT x, y FROM s WHERE s.id = t.id)',
  'UPDATE t SET (a, b) = ROW (c, d)',
  'DELETE FROM t USING s WHERE s.id = t.id AND s.gone',
  'MERGE INTO t USING (SELECT id, v FROM s) q ON t.id = q.id WHEN MATCHED AND q.v IS NULL THEN DELETE WHEN MATCHED THEN UPDATE SET v = q.v WHEN NOT MATCHED THEN INSERT (id, v) VALUES (q.id, upper(q.v))',
  'INSERT INTO t AS o (a, b) SELECT x, y FROM s ON CONFLICT (a) DO UPDATE SET b = o.b + excluded.b WHERE o.c > 0 RETURNING *',
  'INSERT INTO t (a, b) VALUES ((SELECT max(x) FROM s), 2), (3, 4)',
  'CREATE TABLE x (p, q) AS SELECT a, b FROM t',
  'CREATE TEMP TABLE x AS SELECT a FROM t; INSERT INTO y SELECT a FROM x',
  'CREATE MATERIALIZED VIEW mv AS SELECT a, sum(b) FILTER (WHERE c) OVER (w ORDER BY d) AS s FROM t WINDOW w AS (PARTITION BY e)',
  'CREATE VIEW v (p) AS WITH x AS (SELECT a FROM t) SELECT a FROM x UNION ALL VALUES (1) ORDER BY 1',
  'CREATE TABLE x (LIKE y)',
  'SELECT a INTO TEMP x FROM t; SELECT a FROM x',
  "COPY t (a, b) FROM '/in.csv'",
  "COPY (SELECT a FROM t) TO '/out.csv'",
  'COPY t TO STDOUT',
  'ALTER TABLE t RENAME TO u',
  'ALTER TABLE t ADD COLUMN c int',
  'TRUNCATE a, b.c',
  'DROP TABLE IF EXISTS a, b.c',
  'SELECT CASE a WHEN 1 THEN b ELSE c END AS x, ARRAY[d, e] AS y, f::int AS z, g[h] AS w, i COLLATE "C" AS v, (j).k AS u, l BETWEEN m AND n AS o FROM t',
  'SELECT * FROM a NATURAL JOIN b LEFT JOIN (c CROSS JOIN d) ON c.x = a.x',
];

const columnsOf = (result: LineageResult): readonly string[] => project(result, 'native').columns.map((edge) => edge.join(' '));
const doubtsOf = (result: LineageResult): readonly string[] => [
  ...new Set(result.statements.flatMap(({ edges }) => edges.flatMap(({ reasons }) => reasons))),
];

describe('what the first parser cannot read', () => {
  test('is read by PostgreSQL’s own, and for PostgreSQL that is no reason to doubt', () => {
    const result = analyzeNow({
      dialect: 'postgres',
      sql: USING_ALIAS,
      schema: [
        ['t', ['k', 'größe']],
        ['u', ['k', 'Name']],
      ],
    });
    expect(result.problems).toEqual([]);
    expect(columnsOf(result)).toEqual(['t k  k', 't größe  g', 'u Name  n']);
    expect(doubtsOf(result)).not.toContain('SECOND_PARSER');
  });

  test('is marked where the dialect only resembles PostgreSQL', () => {
    const result = analyzeNow({ dialect: 'redshift', sql: 'CREATE VIEW v (p) AS ((SELECT a.b FROM a))' });
    expect(columnsOf(result)).toEqual(['a b v p']);
    expect(doubtsOf(result)).toEqual(['QUALIFIED', 'SECOND_PARSER']);
  });

  test('keeps the places and the spelling of the text, which counts in other units', () => {
    const { edges } = project(analyzeNow({ dialect: 'postgres', sql: USING_ALIAS }), 'native');
    expect(edges.map(({ text }) => text)).toEqual(expect.arrayContaining(['upper(größe)', 'lower("Name")']));
    const written = 'INSERT INTO Big."Odd" SELECT j.k FROM Other.T JOIN Other.U USING (k) AS j';
    expect(project(analyzeNow({ dialect: 'postgres', sql: written }), 'openlineage')).toMatchObject({
      sources: ['Other.T', 'Other.U'],
      targets: ['Big.Odd'],
    });
  });

  test.each([
    ['more than its stack holds', `SELECT ${Array.from({ length: 20_000 }, (_, at) => `c${at}`).join(' + ')} FROM t`],
    ['parentheses without an end', '('.repeat(50_000)],
    ['nothing', '  '],
    ['a lone surrogate', "SELECT '\ud800' FROM"],
  ])('%s is refused, and the next statement is read', (_name, text) => {
    expect(secondReading(text, dialectOf('postgres'), [])).toBeNull();
    expect(secondReading('SELECT a FROM t', dialectOf('postgres'), [])?.statements).toHaveLength(1);
  });

  test('it is not asked about other families', () => expect(secondReading('SELECT 1', dialectOf('mysql'), [])).toBeNull());
});

describe('where both read it', () => {
  const other = parseStatement('SELECT b FROM wrong', dialectOf('postgres'));

  test('and mention the same, nothing is in doubt', () => {
    const first = parseStatement('SELECT a, count(*) FROM t GROUP BY 1', dialectOf('postgres'));
    expect(first).toMatchObject({ ok: true, doubts: [] });
    expect(compared(first, 'SELECT a, count(*) FROM t GROUP BY 1', dialectOf('postgres'))).toBe(first);
  });

  test('and mention different things, PostgreSQL is believed for its own dialect only', () => {
    const own = compared(other, 'SELECT a FROM t', dialectOf('postgres'));
    expect(own).toMatchObject({ ok: true, doubts: ['PARSERS_DISAGREE'] });
    expect(tables(own)).toContain('"text":"t"');
    const kin = compared(other, 'SELECT a FROM t', dialectOf('redshift'));
    expect(kin).toMatchObject({ ok: true, doubts: ['PARSERS_DISAGREE'] });
    expect(tables(kin)).toContain('"text":"wrong"');
  });

  test.each([
    ['TABLE t', ['t *  *'], []],
    ['WITH x AS (DELETE FROM a WHERE b RETURNING *) INSERT INTO c SELECT * FROM x', ['a * c *'], ['b filter']],
  ])('%s is a mistake of the first that the second finds', (sql, columns, influences) => {
    const result = analyzeNow({ dialect: 'postgres', sql });
    expect(columnsOf(result)).toEqual(columns);
    expect(result.statements[0]?.influences.map(({ column, kind }) => `${column} ${kind}`)).toEqual(influences);
    expect(doubtsOf(result)).toContain('PARSERS_DISAGREE');
  });

  test('a doubt lowers the confidence of every edge', async () => {
    const doubting = createAnalyzer({
      parser: { parse: (text, rules) => Promise.resolve(compared(other, text, rules)), close: () => Promise.resolve() },
    });
    const { edges } = project(await doubting.analyze({ dialect: 'postgres', sql: 'SELECT t.a FROM t' }), 'native');
    expect(edges).toMatchObject([{ source: ['t', 'a'], confidence: 0.475, reasons: ['QUALIFIED', 'PARSERS_DISAGREE'] }]);
  });
});

describe('the two adapters say the same', () => {
  const alone = createAnalyzer({
    parser: {
      parse: (text, rules) => Promise.resolve(secondReading(text, rules, []) ?? REFUSED),
      close: () => Promise.resolve(),
    },
  });

  test.each([...(EXAMPLES['postgres'] ?? []).map(([sql]) => sql), ...STATEMENTS])('%s', async (sql) => {
    const second = await alone.analyze({ dialect: 'postgres', sql });
    const first = analyzeNow({ dialect: 'postgres', sql });
    expect(second.problems.filter(({ code }) => code !== 'UNRESOLVED')).toEqual([]);
    const [mine, theirs] = [project(second, 'native'), project(first, 'native')];
    expect({ ...mine, edges: null }).toEqual({ ...theirs, edges: null });
    expect(doubtsOf(first)).not.toContain('PARSERS_DISAGREE');
  });
});

const REFUSED: Parsed = { ok: false, code: 'SYNTAX', message: 'refused', at: null };

const tables = (parsed: Parsed): string => JSON.stringify(parsed.ok ? parsed.statements : null);
