import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { PROFILES, type ProfileName } from '../../lineage/profiles/switches.ts';
import { requestOf } from '../../cli/lineage/caseLine.ts';
import { createAnalyzer } from '../../lineage/analyzer.ts';
import { DirectParser } from '../../lineage/parser/directParser.ts';
import { project, type Projection } from '../../lineage/profiles/project.ts';
import type { Analyzer } from '../../lineage/request.ts';
import { CASES_FOLDER, hasCases, readCases, type LineageCase } from './sqlLineage/cases.ts';
import { count, emptyTally, scoreCase, type Tally } from './sqlLineage/score.ts';

/** The suites, the profile that speaks their conventions, and the shares that may not sink: tables, columns. */
const SUITES: Readonly<Record<string, readonly [profile: ProfileName, tables: number, columns: number]>> = {
  sqllineage: ['sqllineage', 0.99, 0.98],
  'openmetadata-sqllineage': ['sqllineage', 0.99, 0.99],
  openlineage: ['openlineage', 0.97, 0.93],
  datahub: ['datahub', 0.98, 0.9],
  'datahub-multi': ['datahub', 0.91, 0.89],
  'datahub-aggregator': ['datahub', 0.87, 0.75],
  sqlglot: ['sqlglot', 0, 0.96],
  tpch: ['native', 1, 1],
  tpcds: ['native', 1, 1],
};

// Say it where the runner shows it: a suite that is not there is no success.
describe.skipIf(!hasCases())(
  `SQL lineage of other projects' suites (${hasCases() ? 'found' : `none in ${CASES_FOLDER}`})`,
  () => {
    const own = new Map<string, Tally>();
    const native = new Map<string, Tally>();
    let analyzer: Analyzer;

    beforeAll(async () => {
      analyzer = createAnalyzer({ parser: new DirectParser(2_000) });
      for (const each of readCases()) {
        const [profile] = SUITES[each.suite] ?? ['native' as const];
        for (const name of new Set(['ALL', each.suite])) {
          const mine = await answer(analyzer, each, profile);
          count(tallyOf(own, name), scoreCase(each, mine), mine.error !== null);
          const plain = await answer(analyzer, each, 'native');
          count(tallyOf(native, name), scoreCase(each, plain), plain.error !== null);
        }
      }
    });

    afterAll(async () => {
      await analyzer.close();
      console.table(
        Object.fromEntries(
          [...own]
            .toSorted(([one], [other]) => one.localeCompare(other))
            .map(([suite, tally]) => [suite, row(tally, native.get(suite) ?? emptyTally())]),
        ),
      );
    });

    test.each(Object.entries(SUITES))('%s does not lose what it had', (suite, [, tables, columns]) => {
      const tally = own.get(suite) ?? emptyTally();
      expect(tally.cases).toBeGreaterThan(0);
      expect(share(tally.tables, tally.tablesOf)).toBeGreaterThanOrEqual(tables);
      expect(share(tally.columns, tally.columnsOf)).toBeGreaterThanOrEqual(columns);
    });

    test('all together: tables 98.4 %, columns 95.9 %, precision 0.981', () => {
      const tally = own.get('ALL') ?? emptyTally();
      expect(share(tally.tables, tally.tablesOf)).toBeGreaterThanOrEqual(0.984);
      expect(share(tally.columns, tally.columnsOf)).toBeGreaterThanOrEqual(0.959);
      expect(share(tally.hits, tally.hits + tally.extra)).toBeGreaterThanOrEqual(0.981);
    });
  },
);

async function answer(analyzer: Analyzer, each: LineageCase, profile: ProfileName): Promise<Projection> {
  return project(await analyzer.analyze(requestOf(each, PROFILES[profile].lateralAliases === 'asked')), profile);
}

function tallyOf(tallies: Map<string, Tally>, name: string): Tally {
  const tally = tallies.get(name) ?? emptyTally();
  tallies.set(name, tally);
  return tally;
}

const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole);
const percent = (part: number, whole: number): string =>
  whole === 0 ? '-' : `${part}/${whole} ${(share(part, whole) * 100).toFixed(1)} %`;

const row = (tally: Tally, native: Tally): Record<string, string | number> => ({
  cases: tally.cases,
  tables: percent(tally.tables, tally.tablesOf),
  columns: percent(tally.columns, tally.columnsOf),
  precision: share(tally.hits, tally.hits + tally.extra).toFixed(3),
  recall: share(tally.hits, tally.hits + tally.missing).toFixed(3),
  'native tables': percent(native.tables, native.tablesOf),
  'native columns': percent(native.columns, native.columnsOf),
  unread: tally.errors,
});
