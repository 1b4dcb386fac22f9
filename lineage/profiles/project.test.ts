import { expect, test } from 'vitest';
import { analyzeNow } from '../analyze.ts';
import type { LineageRequest } from '../request.ts';
import { project } from './project.ts';
import { PROFILES, type ProfileName } from './switches.ts';

const columns = (profile: ProfileName, request: LineageRequest) =>
  project(analyzeNow(request), profile).columns.map((edge) => edge.join(' '));

test('count(*) comes from all columns for sqllineage, and from none elsewhere', () => {
  const request = { dialect: 'ansi', sql: 'INSERT INTO t SELECT count(*) AS n FROM s' };
  expect(columns('sqllineage', request)).toEqual(['s * t n']);
  expect(columns('native', request)).toEqual([]);
});

test('a table between two statements disappears for sqllineage and stays natively', () => {
  const request = { dialect: 'ansi', sql: 'INSERT INTO b SELECT x FROM a; INSERT INTO c SELECT x FROM b' };
  expect(columns('sqllineage', request)).toEqual(['a x c x']);
  expect(columns('native', request)).toEqual(['a x b x', 'b x c x']);
});

test('temporary tables belong to their session', () => {
  const sessionLog = [
    { sql: 'CREATE TEMP TABLE s AS SELECT a FROM one', session: '1' },
    { sql: 'CREATE TEMP TABLE s AS SELECT a FROM two', session: '2' },
    { sql: 'INSERT INTO t SELECT a FROM s', session: '1' },
  ];
  expect(columns('native', { dialect: 'postgres', sessionLog })).toEqual(['one a t a']);
});

test('an owner that is not sure is listed with its candidates', () => {
  const { edges, coverage } = project(analyzeNow({ dialect: 'ansi', sql: 'SELECT x FROM a JOIN b ON a.i = b.i' }), 'native');
  expect(edges[0]).toMatchObject({ source: [null, 'x'], candidates: ['a', 'b'], reasons: ['AMBIGUOUS_OWNER'] });
  expect(coverage).toEqual({ references: 3, resolved: 2 });
});

test('shards are one table for datahub', () => {
  const request = { dialect: 'bigquery', sql: 'SELECT a FROM `p.d.t_20230101`' };
  expect(columns('datahub', request)).toEqual(['p.d.t_yyyymmdd a  a']);
  expect(columns('native', request)).toEqual(['p.d.t_20230101 a  a']);
});

test('the kinds of influence are told apart', () => {
  const { influences } = project(
    analyzeNow({ dialect: 'ansi', sql: 'SELECT t.a FROM t JOIN u ON t.i = u.j WHERE t.b > 1 GROUP BY t.c ORDER BY t.d' }),
    'native',
  );
  expect(influences.map(({ source, kind }) => `${source[1]} ${kind}`)).toEqual([
    'i join',
    'j join',
    'b filter',
    'c group',
    'd sort',
  ]);
});

test('an edge has the text of its expression', () => {
  const { edges } = project(analyzeNow({ dialect: 'ansi', sql: "SELECT upper(trim(a)) || 'x' AS b, c FROM t" }), 'native');
  expect(edges.map(({ text }) => text)).toEqual(["upper(trim(a)) || 'x'", 'c']);
});

test('a script is projected in time that grows with its length', () => {
  const statements = 60_000;
  const chain = Array.from({ length: 3_000 }, (_, i) => `insert into t${i + 1} select a from t${i};`).join('\n');
  const filled = `create temp table tmp (a int);\n${'insert into tmp values (1);\n'.repeat(2 * statements)}insert into o select a from tmp;\n`;
  const result = analyzeNow({ dialect: 'postgres', sql: `${chain}\n${filled}${'select 1;\n'.repeat(statements)}` });
  for (const profile of Object.keys(PROFILES) as ProfileName[])
    expect(project(result, profile).coverage).toEqual({ references: 3_001, resolved: 3_001 });
});
