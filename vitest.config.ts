import { defineConfig } from 'vitest/config';

const ROOMS = [
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
  'app',
];
const inCi = process.env['CI'] === 'true';
/** A database that starts on a busy machine takes its time; a test that hangs should still end. */
const PATIENT = { testTimeout: 120_000, hookTimeout: 240_000 };

const RULES = ['test/{architecture,schema,docs,build}.test.ts'];
const STORE = ['test/store/**/*.test.ts', 'test/conformance/**/*.test.ts', 'test/tables.test.ts'];

const project = (name: string, include: readonly string[], options: object = PATIENT, exclude: readonly string[] = []) => ({
  extends: true as const,
  test: {
    name,
    include: [...include],
    exclude: ['**/node_modules/**', ...exclude],
    isolate: false,
    ...options,
    benchmark: { include: [] },
  },
});

export default defineConfig({
  // Vite would take the package's ES modules and @apollo/subgraph its CommonJS ones: two realms that refuse each other's schemas.
  resolve: { alias: [{ find: /^graphql$/, replacement: 'graphql/index.js' }] },
  test: {
    // Native modules (DuckDB, the query planner, PGlite's wasm) are not made for many threads of one process.
    pool: 'forks',
    // Tests wait for servers, disks and time: two processors have something to do for three.
    maxWorkers: 3,
    restoreMocks: true,
    expect: { poll: { timeout: 60_000, interval: 50 } },
    teardownTimeout: 30_000,
    projects: [
      project(
        'unit',
        ROOMS.map((room) => `${room}/**/*.test.ts`),
        { testTimeout: 60_000, hookTimeout: 60_000 },
      ),
      project('rules', RULES, { testTimeout: 120_000, hookTimeout: 120_000 }),
      project('store', STORE, { ...PATIENT, globalSetup: 'test/store/databasesOfRun.ts' }),
      // Whatever else lies in test/, so that no test is in no project.
      project(
        'e2e',
        ['test/**/*.test.ts'],
        { ...PATIENT, globalSetup: ['test/e2e/folderOfRun.ts', 'test/store/databasesOfRun.ts'] },
        [...RULES, ...STORE],
      ),
      { extends: true, test: { name: 'bench', include: [], benchmark: { include: ['bench/**/*.bench.ts'] } } },
    ],
    reporters: inCi
      ? ['default', ['json', { outputFile: 'dist/test/report.json' }], ['junit', { outputFile: 'dist/test/junit.xml' }]]
      : ['default'],
    coverage: {
      provider: 'v8',
      include: ROOMS.map((room) => `${room}/**/*.ts`),
      exclude: ['**/*.test.ts', '**/*.bench.ts', '**/__generated__/**', '**/fixtures/**'],
      reporter: ['text-summary', 'html', 'json-summary'],
    },
  },
});
