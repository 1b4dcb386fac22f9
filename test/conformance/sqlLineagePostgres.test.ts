import { readFileSync } from 'node:fs';
import { test as property } from '@fast-check/vitest';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyzeNow } from '../../lineage/analyze.ts';
import type { LineageResult } from '../../lineage/model/model.ts';
import { sharedPath } from '../shared.ts';
import { statementsOf } from './postgresDump.ts';
import { hasPostgres, NO_POSTGRES, temporaryDatabase, type TemporaryDatabase } from './postgresServer.ts';
import { CHINOOK_VIEWS } from './sqlLineage/chinookViews.ts';
import {
  analyzerByPostgres,
  edgesByPosition,
  hasOutput,
  knownTables,
  originsOf,
  viewsOf,
  type TrueView,
} from './sqlLineage/postgresTruth.ts';
import { randomQuery } from './sqlLineage/randomView.ts';
import { VIEWS_SQL } from './sqlLineage/views.ts';

const SAKILA = sharedPath('data/sakila-postgres-schema.sql');
const CHINOOK = sharedPath('data/chinook-postgres.sql');
const there = await hasPostgres();

type Known = [table: string, columns: string[]][];

interface Truth {
  readonly database: TemporaryDatabase;
  readonly schema: Known;
  readonly views: readonly TrueView[];
}

const read = (sql: string, schema: Known): LineageResult =>
  analyzeNow({ dialect: 'postgres', sql, schema, defaultSchema: 'public' });

/** PostgreSQL itself says which columns a view depends on, and how its text reads with every star and name resolved. */
describe.skipIf(!there)(`views as PostgreSQL understands them (${there ? 'found' : NO_POSTGRES})`, () => {
  const own = VIEWS_SQL.flatMap((sql) => {
    const [, name, query] = /^create view (\w+)(?: \([^)]*\))? as\s+(.*)$/is.exec(sql) ?? [];
    return name === undefined || query === undefined ? [] : [[name, query] as const];
  });
  const load = async (database: TemporaryDatabase): Promise<void> => {
    if (SAKILA !== null) await database.run(readFileSync(SAKILA, 'utf8').replace(/^ALTER .* OWNER TO .*$/gm, ''));
    await database.run('set search_path to public');
    await database.run(VIEWS_SQL.join(';\n'));
  };
  comparisons(load, own);
});

describe.skipIf(!there || CHINOOK === null)(
  `a music shop's views (${CHINOOK === null ? 'no Chinook in ../shared' : there ? 'found' : NO_POSTGRES})`,
  () => {
    const load = async (database: TemporaryDatabase): Promise<void> => {
      await database.run(chinookTables());
      for (const [name, query] of Object.entries(CHINOOK_VIEWS)) await database.run(`create view ${name} as ${query}`);
    };
    comparisons(load, Object.entries(CHINOOK_VIEWS));
  },
);

describe.skipIf(!there || CHINOOK === null)(
  `views that nobody thought of (${CHINOOK === null ? 'no Chinook in ../shared' : there ? 'found' : NO_POSTGRES})`,
  () => {
    let database: TemporaryDatabase;
    let schema: Known;
    const byPostgres = analyzerByPostgres();

    beforeAll(async () => {
      database = await temporaryDatabase();
      await database.run(chinookTables());
      schema = await knownTables(database);
    });
    afterAll(() => database.drop());

    property.prop([randomQuery(() => schema)], { numRuns: 150 })(
      'depend on what PostgreSQL says, as written and with everything resolved',
      async (sql) => {
        const view = await viewOf(database, sql);
        expect({ sql, origins: originsOf(read(sql, schema), schema) }).toEqual({ sql, origins: view.usage });
        expect({ sql, edges: edgesByPosition(read(sql, schema)) }).toEqual({
          sql,
          edges: edgesByPosition(read(view.definition, schema)),
        });
        const second = await byPostgres.analyze({ dialect: 'postgres', sql, schema, defaultSchema: 'public' });
        expect({ sql, edges: edgesByPosition(second) }).toEqual({ sql, edges: edgesByPosition(read(sql, schema)) });
        expect({ sql, doubts: doubtsOf(read(sql, schema)) }).toEqual({ sql, doubts: [] });
      },
      60_000,
    );
  },
);

/** The tables without their rows. */
function chinookTables(): string {
  const dump = [...statementsOf(readFileSync(CHINOOK ?? '', 'utf8'))].join('\n');
  return dump.slice(0, dump.search(/^INSERT /m));
}

/** A view for as long as it takes to look at it. */
async function viewOf(database: TemporaryDatabase, sql: string): Promise<TrueView> {
  await database.run(`begin; create view looked_at as ${sql}`);
  try {
    const [view] = await viewsOf(database, 'looked_at');
    if (view === undefined) throw new Error('The view was not made.');
    return view;
  } finally {
    await database.run('rollback');
  }
}

/** Outputs without any origin. */
const CONSTANTS = new Set(['n', 'one', 'notes', 'level', 'invoices', 'depth', 'g', 'at', 'label']);

function comparisons(
  load: (database: TemporaryDatabase) => Promise<void>,
  own: readonly (readonly [name: string, sql: string])[],
): void {
  let truth: Truth | null = null;
  const at = (): Truth => {
    if (truth === null) throw new Error('The database was not loaded.');
    return truth;
  };
  const byPostgres = analyzerByPostgres();

  beforeAll(async () => {
    const database = await temporaryDatabase();
    await load(database);
    truth = { database, schema: await knownTables(database), views: await viewsOf(database) };
  });
  afterAll(() => truth?.database.drop());

  test('there are views to compare', () => {
    expect(own.length).toBeGreaterThan(20);
    expect(at().views.map(({ name }) => name)).toEqual(expect.arrayContaining(own.map(([name]) => name)));
  });

  test('each depends on the columns that PostgreSQL says', () => {
    const { views, schema } = at();
    const mine = Object.fromEntries(views.map(({ name, definition }) => [name, originsOf(read(definition, schema), schema)]));
    expect(mine).toEqual(Object.fromEntries(views.map(({ name, usage }) => [name, usage])));
  });

  test('each has the columns that PostgreSQL says', () => {
    const { views, schema } = at();
    const missing = views.flatMap(({ definition, columns }) =>
      columns.filter((column) => !hasOutput(read(definition, schema), column)),
    );
    expect(missing.filter((column) => !CONSTANTS.has(column))).toEqual([]);
  });

  test('as written it has the same lineage as with everything resolved', () => {
    const { views, schema } = at();
    for (const [name, query] of own) {
      const resolved = views.find((view) => view.name === name)?.definition ?? '';
      expect([name, edgesByPosition(read(query, schema))]).toEqual([name, edgesByPosition(read(resolved, schema))]);
    }
  });

  test('read by the second parser it has the same lineage, and the two do not disagree', async () => {
    const { schema } = at();
    for (const [name, sql] of own) {
      const second = await byPostgres.analyze({ dialect: 'postgres', sql, schema, defaultSchema: 'public' });
      const first = read(sql, schema);
      expect([name, edgesByPosition(second)]).toEqual([name, edgesByPosition(first)]);
      expect([name, doubtsOf(first)]).toEqual([name, []]);
    }
  });
}

const doubtsOf = (result: LineageResult): readonly string[] =>
  result.statements.flatMap(({ edges }) =>
    edges.flatMap(({ reasons }) => reasons.filter((reason) => reason === 'PARSERS_DISAGREE')),
  );
