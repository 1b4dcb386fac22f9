import type { Projection } from '../../../lineage/profiles/project.ts';
import type { LineageCase } from './cases.ts';

/** How one case went: what was asserted, and what of it was met exactly. */
export interface CaseScore {
  readonly tables: boolean | null;
  readonly columns: boolean | null;
  readonly hits: number;
  readonly missing: readonly string[];
  readonly extra: readonly string[];
}

type Answer = Pick<Projection, 'sources' | 'targets' | 'columns' | 'tableEdges'>;

/** Sets compared exactly, after quotes and case are gone; outputs without a name are all alike. */
export function scoreCase(given: LineageCase, answer: Answer): CaseScore {
  const { expect } = given;
  const tables = expect.table_edges
    ? sameSet(expect.table_edges.map(pair), answer.tableEdges.map(pair))
    : tablesMet(expect, answer);
  if (!expect.columns) return { tables, columns: null, hits: 0, missing: [], extra: [] };
  const asked = askedColumns(given);
  const predicted = new Set(answer.columns.filter((edge) => asked === null || asked.has(unnamed(plain(edge[3])))).map(edgeKey));
  const expected = new Set(expect.columns.map(edgeKey));
  const missing = [...expected].filter((edge) => !predicted.has(edge));
  const extra = [...predicted].filter((edge) => !expected.has(edge));
  return { tables, columns: missing.length + extra.length === 0, hits: expected.size - missing.length, missing, extra };
}

function tablesMet(expect: LineageCase['expect'], answer: Answer): boolean | null {
  if (!expect.sources) return null;
  return (
    sameSet(expect.sources.map(plain), answer.sources.map(plain)) &&
    (!expect.targets || sameSet(expect.targets.map(plain), answer.targets.map(plain)))
  );
}

const plain = (name: string | null): string | null =>
  name === null
    ? null
    : name
        .replace(/<default>\./, '')
        .replace(/[`"[\]]/g, '')
        .toLowerCase();

/** Engines invent names for expressions that have none. */
const unnamed = (name: string | null): string | null =>
  name === null || name === '*'
    ? name
    : /[^\w$#@.\- ]/.test(name) || /^_col_?\d+$|^expr\$?\d*$|^_c\d+$|^\?column\?$|^column\d+$|^$/.test(name)
      ? '?'
      : name;

const edgeKey = (edge: readonly (string | null)[]): string =>
  JSON.stringify([plain(edge[0] ?? null), plain(edge[1] ?? null), plain(edge[2] ?? null), unnamed(plain(edge[3] ?? null))]);

const pair = ([from, to]: readonly [string, string]): string => `${plain(from)}>${plain(to)}`;

const sameSet = (left: readonly (string | null)[], right: readonly (string | null)[]): boolean => {
  const [a, b] = [new Set(left), new Set(right)];
  return a.size === b.size && [...a].every((each) => b.has(each));
};

function askedColumns(given: LineageCase): ReadonlySet<string | null> | null {
  const asked = given.config?.['columns_asked'];
  return Array.isArray(asked) ? new Set(asked.map((each: unknown) => unnamed(plain(String(each))))) : null;
}

export interface Tally {
  cases: number;
  tables: number;
  tablesOf: number;
  columns: number;
  columnsOf: number;
  hits: number;
  missing: number;
  extra: number;
  errors: number;
}

export const emptyTally = (): Tally => ({
  cases: 0,
  tables: 0,
  tablesOf: 0,
  columns: 0,
  columnsOf: 0,
  hits: 0,
  missing: 0,
  extra: 0,
  errors: 0,
});

export function count(tally: Tally, score: CaseScore, failed: boolean): void {
  tally.cases += 1;
  tally.tables += Number(score.tables === true);
  tally.tablesOf += Number(score.tables !== null);
  tally.columns += Number(score.columns === true);
  tally.columnsOf += Number(score.columns !== null);
  tally.hits += score.hits;
  tally.missing += score.missing.length;
  tally.extra += score.extra.length;
  tally.errors += Number(failed);
}
