import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import extractOptions from 'dependency-cruiser/config-utl/extract-depcruise-options';
import extractTsConfig from 'dependency-cruiser/config-utl/extract-ts-config';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../kernel/root.ts';

const ROOMS = [
  'app',
  'kernel',
  'contracts',
  'lineage',
  'onnx',
  'attribution',
  'consensus',
  'connectors',
  'subgraphs',
  'gateway',
  'cli',
  'console',
];

describe('the rules hold', () => {
  let result: ICruiseResult;
  beforeAll(async () => {
    result = await cruiseRooms(packageRoot);
  });

  test('more than a few modules of ours were looked at', () => {
    const ours = result.modules.filter(({ source }) => ROOMS.includes(source.split('/')[0] ?? '') && source.endsWith('.ts'));
    expect(ours.length).toBeGreaterThan(30);
    expect(ours.reduce((sum, { dependencies }) => sum + dependencies.length, 0)).toBeGreaterThan(100);
  });

  test('nobody imports what they may not', () => {
    expect(violationsOf(result)).toEqual([]);
  });

  test('the domain asks neither clock nor chance nor environment', () => {
    const asks =
      /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\brandom(UUID|Bytes|Int)\(|\binstantNow\(|\bperformance\.now\(|\bprocess\./;
    expect(filesThat(asks, (file) => /^(subgraphs\/[^/]+\/domain|lineage|onnx|attribution|consensus)\//.test(file))).toEqual([]);
  });

  test('services and resolvers hold no SQL', () => {
    const sends = /\.query(<[^(]*>)?\(|\.orm\b|\bsql`/;
    expect(filesThat(sends, (file) => /^subgraphs\/[^/]+\/(service|resolvers|domain)\//.test(file))).toEqual([]);
  });
});

/** One planted file for each rule: which rule must name it, where it lies and what it says. */
const PLANTED: readonly (readonly [rule: string, file: string, source: string])[] = [
  ['kernel-imports-nothing-of-ours', 'kernel/planted.ts', `import '../contracts/one.ts';`],
  ['contracts-import-the-kernel-only', 'contracts/planted.ts', `import '../connectors/one.ts';`],
  ['gateway-imports-the-kernel-only', 'gateway/planted.ts', `import '../subgraphs/one/index.ts';`],
  [
    'connectors-know-no-subgraph',
    'connectors/planted.ts',
    `import type { One } from '../subgraphs/one/domain/one.ts';\nexport type Two = One;`,
  ],
  ['cli-is-a-client', 'cli/planted.ts', `import '../gateway/one.ts';`],
  ['only-cli-imports-app', 'connectors/top.ts', `import '../app/one.ts';`],
  ['nobody-imports-cli', 'app/planted.ts', `import '../cli/one.ts';`],
  ['only-app-imports-console', 'gateway/console.ts', `import '../console/one.ts';`],
  ['console-imports-the-kernel-only', 'console/planted.ts', `import '../gateway/one.ts';`],
  [
    'subgraphs-are-strangers',
    'subgraphs/one/service/stranger.ts',
    `import type { One } from '../../two/domain/one.ts';\nexport type Two = One;`,
  ],
  ['only-app-composes', 'cli/composes.ts', `import '../subgraphs/one/index.ts';`],
  ['subgraphs-show-their-index-only', 'app/inside.ts', `import '../subgraphs/one/domain/one.ts';`],
  ['subgraphs-do-not-import-gateway', 'subgraphs/one/service/gateway.ts', `import '../../../gateway/one.ts';`],
  ['resolvers-do-not-store', 'subgraphs/one/resolvers/planted.ts', `import '../store/one.ts';`],
  ['service-below-resolvers', 'subgraphs/one/service/graphql.ts', `import { parse } from 'graphql';\nexport const p = parse;`],
  ['store-below-service', 'subgraphs/one/store/planted.ts', `import '../service/one.ts';`],
  ['pure-has-no-io', 'subgraphs/one/domain/files.ts', `import { readFileSync } from 'node:fs';\nexport const r = readFileSync;`],
  ['pure-uses-few-packages', 'lineage/planted.ts', `import { request } from 'undici';\nexport const r = request;`],
  ['pure-calls-pure', 'subgraphs/one/domain/kernel.ts', `import { log } from '../../../kernel/log.ts';\nexport const l = log;`],
  [
    'pure-knows-no-database',
    'subgraphs/one/domain/database.ts',
    `import type { Tx } from '../../../kernel/db/one.ts';\nexport type T = Tx;`,
  ],
  ['maps-are-pure', 'connectors/postgres/map.ts', `import pg from 'pg';\nexport const p = pg;`],
  ['sql-in-stores-only', 'subgraphs/one/service/sql.ts', `import { sql } from 'drizzle-orm';\nexport const s = sql;`],
  ['sql-in-stores-only', 'kernel/audit/planted.ts', `import type pg from 'pg';\nexport type P = pg.Pool;`],
  ['no-orm-in-connectors', 'connectors/postgres/orm.ts', `import { sql } from 'drizzle-orm';\nexport const s = sql;`],
  ['pg-is-the-postgres-connector', 'connectors/sqlite/pg.ts', `import pg from 'pg';\nexport const p = pg;`],
  [
    'mysql2-is-the-mysql-connector',
    'connectors/postgres/mysql.ts',
    `import mysql from 'mysql2/promise';\nexport const m = mysql;`,
  ],
  [
    'sqlite-is-the-sqlite-connector',
    'connectors/duckdb/sqlite.ts',
    `import sqlite from 'node-sqlite3-wasm';\nexport const s = sqlite;`,
  ],
  [
    'duckdb-is-the-duckdb-connector',
    'connectors/sqlite/duckdb.ts',
    `import * as duckdb from '@duckdb/node-api';\nexport const d = duckdb;`,
  ],
  ['tests-are-not-imported', 'kernel/testing.ts', `import '../test/one.ts';`],
  ['no-cycles', 'kernel/ring.ts', `import { b } from './ringBack.ts';\nexport const a = () => b;`],
  ['no-dev-packages', 'app/dev.ts', `import { test } from 'vitest';\nexport const t = test;`],
  ['no-undeclared-packages', 'app/undeclared.ts', `import { print } from 'graphql-tag';\nexport const p = print;`],
  ['no-unresolved', 'app/nowhere.ts', `import './nowhereToBeFound.ts';`],
];

/** What the planted files import: all of it as it should be. */
const LEGAL: Readonly<Record<string, string>> = {
  'kernel/one.ts': `import { createHash } from 'node:crypto';\nexport const hash = createHash;`,
  'kernel/log.ts': `import { pino } from 'pino';\nexport const log = pino();`,
  'kernel/db/one.ts': `import type pg from 'pg';\nexport type Tx = pg.PoolClient;`,
  'kernel/ringBack.ts': `import { a } from './ring.ts';\nexport const b = () => a;`,
  'contracts/one.ts': `import '../kernel/one.ts';`,
  'connectors/one.ts': `import '../kernel/one.ts';`,
  'gateway/one.ts': `import '../kernel/one.ts';`,
  'cli/one.ts': `import '../app/one.ts';`,
  'console/one.ts': `import '../kernel/one.ts';`,
  'app/one.ts': `import '../subgraphs/one/index.ts';\nimport '../gateway/one.ts';\nimport '../console/one.ts';`,
  'subgraphs/one/index.ts': `import './service/one.ts';\nimport './tables.ts';`,
  'subgraphs/one/tables.ts': `import { pgSchema } from 'drizzle-orm/pg-core';\nexport const s = pgSchema('one');`,
  'subgraphs/one/domain/one.ts': `import { z } from 'zod';\nexport type One = z.ZodType;`,
  'subgraphs/two/domain/one.ts': `export type One = 1;`,
  'subgraphs/one/store/one.ts': `import { sql } from 'drizzle-orm';\nimport '../tables.ts';\nexport const s = sql;`,
  'subgraphs/one/service/one.ts': `import '../store/one.ts';\nimport '../domain/one.ts';`,
  'subgraphs/one/service/one.test.ts': `import { test } from 'vitest';\nimport '../../../test/one.ts';\nexport const t = test;`,
  'test/one.ts': `import '../subgraphs/one/index.ts';`,
  // What is installed but not declared.
  'node_modules/graphql-tag/package.json': `{ "name": "graphql-tag", "main": "index.js" }`,
  'node_modules/graphql-tag/index.js': `exports.print = 1;`,
};

const PACKAGES = [
  'graphql',
  'undici',
  'drizzle-orm',
  'pg',
  'mysql2',
  'node-sqlite3-wasm',
  '@duckdb/node-api',
  'vitest',
  'zod',
  'pino',
];

describe('the rules bite', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'cadastre-architecture-'));
  const plant = (file: string, source: string): void => {
    mkdirSync(path.join(folder, path.dirname(file)), { recursive: true });
    writeFileSync(path.join(folder, file), `${source}\n`);
  };
  let before: readonly string[];
  let found: readonly string[];

  beforeAll(async () => {
    for (const name of ['package.json', 'tsconfig.json', '.dependency-cruiser.cjs'])
      cpSync(path.join(packageRoot, name), path.join(folder, name));
    for (const name of PACKAGES) {
      mkdirSync(path.join(folder, 'node_modules', path.dirname(name)), { recursive: true });
      symlinkSync(path.join(packageRoot, 'node_modules', name), path.join(folder, 'node_modules', name));
    }
    for (const [file, source] of Object.entries(LEGAL)) plant(file, source);
    before = violationsOf(await cruiseRooms(folder));
    for (const [, file, source] of PLANTED) plant(file, source);
    found = violationsOf(await cruiseRooms(folder));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test('nothing is said of what is as it should be', () => {
    expect(before.filter((line) => !line.includes('kernel/ringBack.ts -> ./ring.ts'))).toEqual([]);
  });

  test.each(PLANTED)('%s: %s', (rule, file) => {
    expect(found.filter((line) => line.startsWith(`${rule}: ${file} `))).toHaveLength(1);
  });

  test('every rule is tried', async () => {
    const { ruleSet } = await extractOptions(path.join(packageRoot, '.dependency-cruiser.cjs'));
    const rules: readonly string[] = ruleSet?.forbidden?.map(({ name }) => name ?? '') ?? [];
    expect([...new Set(PLANTED.map(([rule]) => rule))].toSorted()).toEqual(rules.toSorted());
  });
});

async function cruiseRooms(root: string): Promise<ICruiseResult> {
  const options = await extractOptions(path.join(packageRoot, '.dependency-cruiser.cjs'));
  const present = ROOMS.filter((room) => readdirSync(root).includes(room));
  const result = await cruise(
    present,
    { ...options, baseDir: root },
    {},
    { tsConfig: extractTsConfig(path.join(root, 'tsconfig.json')) },
  );
  if (typeof result.output === 'string') throw new TypeError('The cruise gave text instead of a result.');
  return result.output;
}

const violationsOf = ({ summary }: ICruiseResult): readonly string[] =>
  summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} -> ${to}`).toSorted();

/** Files of ours, tests apart, whose text matches. */
function filesThat(pattern: RegExp, where: (file: string) => boolean): readonly string[] {
  return ROOMS.filter((room) => readdirSync(packageRoot).includes(room))
    .flatMap((room) =>
      readdirSync(path.join(packageRoot, room), { recursive: true, encoding: 'utf8' }).map((file) => `${room}/${file}`),
    )
    .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts') && where(file))
    .filter((file) => pattern.test(readFileSync(path.join(packageRoot, file), 'utf8')));
}
