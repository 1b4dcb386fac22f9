import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { is } from 'drizzle-orm';
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core';
import { expect, test } from 'vitest';
import { packageRoot } from '../kernel/root.ts';
import { describeOnEngines } from './store/engines.ts';

const SUBGRAPHS = readdirSync(path.join(packageRoot, 'subgraphs')).filter((name) => existsSync(tablesFile(name)));

interface Column {
  readonly name: string;
  readonly type: string;
  readonly nullable: boolean;
}

describeOnEngines('tables.ts says what the migrations made', (open) => {
  test.each(SUBGRAPHS)('of %s', async (subgraph) => {
    const db = await open();
    const declared = await declaredTables(subgraph);
    expect(declared.length).toBeGreaterThan(0);
    for (const { schema, name, columns } of declared) {
      const actual = await db.query<Column>(
        `select a.attname as name, format_type(a.atttypid, a.atttypmod) as type, not a.attnotnull as nullable
         from pg_attribute a where a.attrelid = to_regclass($1) and a.attnum > 0 and not a.attisdropped order by a.attname`,
        [`${schema}.${name}`],
      );
      // Of another room's table a subgraph names what it reads; of its own, everything.
      const own = schema === subgraph;
      const names = new Set(columns.map((column) => column.name));
      expect(columns, `${schema}.${name}`).toEqual(actual.filter((column) => own || names.has(column.name)));
    }
  });
});

async function declaredTables(
  subgraph: string,
): Promise<readonly { schema: string; name: string; columns: readonly Column[] }[]> {
  const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(tablesFile(subgraph)).href);
  const tables = Object.values(module).filter((value) => is(value, PgTable));
  return tables.map((table) => {
    const { schema = 'public', name, columns } = getTableConfig(table);
    const facts = columns.map((column) => ({ name: column.name, type: column.getSQLType(), nullable: !column.notNull }));
    return { schema, name, columns: facts.toSorted((a, b) => (a.name < b.name ? -1 : 1)) };
  });
}

function tablesFile(subgraph: string): string {
  return path.join(packageRoot, 'subgraphs', subgraph, 'tables.ts');
}
