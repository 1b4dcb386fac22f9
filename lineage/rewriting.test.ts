import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { analyzeNow } from './analyze.ts';
import { project } from './profiles/project.ts';

const SCHEMA: Readonly<Record<string, readonly string[]>> = { t: ['a', 'b', 'k'], u: ['c', 'd', 'k'], w: ['e', 'f', 'k'] };
const RUNS = { numRuns: 60 };
const MS_MAX = 60_000;

/** A query over known tables, in parts, so that it can be written in several ways that mean the same. */
interface Parts {
  readonly tables: readonly string[];
  readonly outputs: readonly (readonly [expression: (table: string) => string, table: string])[];
}

const EXPRESSIONS = [
  (column: string) => column,
  (column: string) => `${column} + 1`,
  (column: string) => `coalesce(${column}, 0)`,
  (column: string) => `max(${column}) OVER (ORDER BY ${column})`,
  (column: string) => `CASE WHEN ${column} > 0 THEN ${column} ELSE 1 END`,
];

const parts: fc.Arbitrary<Parts> = fc.shuffledSubarray(Object.keys(SCHEMA), { minLength: 1 }).chain((tables) =>
  fc
    .array(fc.tuple(fc.constantFrom(...tables), fc.nat(2), fc.constantFrom(...EXPRESSIONS)), { minLength: 1, maxLength: 4 })
    .map((chosen) => ({
      tables,
      outputs: chosen.map(
        ([table, at, expression]) => [(alias: string) => expression(`${alias}.${SCHEMA[table]?.[at] ?? 'k'}`), table] as const,
      ),
    })),
);

const plain = ({ tables, outputs }: Parts): string =>
  `SELECT ${outputs.map(([expression, table], at) => `${expression(table)} AS o${at}`).join(', ')} FROM ${tables.join(', ')}`;

const aliased = ({ tables, outputs }: Parts): string =>
  `SELECT ${outputs.map(([expression, table], at) => `${expression(`${table}_x`)} AS o${at}`).join(', ')} FROM ${tables.map((table) => `${table} AS ${table}_x`).join(' CROSS JOIN ')}`;

const withCtes = ({ tables, outputs }: Parts): string =>
  `WITH ${tables.map((table) => `${table}_c AS (SELECT * FROM ${table})`).join(', ')}
   SELECT ${outputs.map(([expression, table], at) => `${expression(`${table}_c`)} AS o${at}`).join(', ')} FROM ${tables.map((table) => `${table}_c`).join(', ')}`;

const reordered = (query: Parts): string => plain({ ...query, tables: query.tables.toReversed() });
const derived = (query: Parts): string => `SELECT * FROM (${plain(query)}) AS q`;
const shadowed = (query: Parts): string =>
  `WITH q AS (${plain(query)}), r AS (WITH q AS (SELECT * FROM q) SELECT * FROM q) SELECT * FROM r`;
const doubled = (query: Parts): string => `${plain(query)} UNION ALL ${plain(query)}`;

function edges(sql: string): readonly string[] {
  const { columns, error } = project(analyzeNow({ dialect: 'postgres', sql, schema: Object.entries(SCHEMA) }), 'native');
  expect(error).toBeNull();
  return columns.map((edge) => edge.join(' ')).toSorted();
}

function agrees(rewritten: (query: Parts) => string, query: Parts): void {
  expect(edges(rewritten(query))).toEqual(edges(plain(query)));
}

describe('what is said in other words has the same lineage', () => {
  test.prop([parts], RUNS)('with other aliases', (query) => agrees(aliased, query), MS_MAX);
  test.prop([parts], RUNS)('through CTEs with a star', (query) => agrees(withCtes, query), MS_MAX);
  test.prop([parts], RUNS)('with its tables in another order', (query) => agrees(reordered, query), MS_MAX);
  test.prop([parts], RUNS)('as a derived table', (query) => agrees(derived, query), MS_MAX);
  test.prop([parts], RUNS)('behind names that shadow each other', (query) => agrees(shadowed, query), MS_MAX);
  test.prop([parts], RUNS)('united with itself', (query) => agrees(doubled, query), MS_MAX);
});
