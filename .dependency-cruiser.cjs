// Who may import whom. test/architecture.test.ts runs these rules and plants a violation of each.

const TEST = '\\.(test|bench)\\.ts$|^(test|bench)/';
const npm = (...names) => `(^|/)node_modules/(${names.join('|')})(/|$)`;
const DRIVERS = ['drizzle-orm', 'pg', 'pg-boss', '@electric-sql/[^/]+', 'mysql2', 'node-sqlite3-wasm', '@duckdb/[^/]+'];
const PURE_ROOMS = '^(subgraphs/[^/]+/domain|lineage|onnx|attribution|consensus)/';
/** Files of the kernel without I/O: what a pure room may call, and not only name as a type. */
const PURE_KERNEL = '^kernel/((ids|urn|time|fault|page|identifier|canonical|groupBy|editDistance|foldName|lookalikes)|policy/(decision|actions|bound|cedar|policySet|facts)|identity/(principal|token|internal)|audit/event|approval/(decision|requirement|requestHappening)|mutation/refusal)\\.ts$';
const OURS = '^(app|kernel|contracts|connectors|subgraphs|gateway|cli|lineage|onnx|attribution|consensus|console)/';
const allBut = (...rooms) => OURS.replace('^(', `^(?!(${rooms.join('|')})/)(`);

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });
const source = (path, pathNot = []) => ({ path, pathNot: [TEST, ...pathNot] });

module.exports = {
  forbidden: [
    // The rooms and their order.
    rule('kernel-imports-nothing-of-ours', 'The kernel is the shared language; it knows no room.', source('^kernel/'), { path: allBut('kernel') }),
    rule('contracts-import-the-kernel-only', 'Contracts bind all rooms, so they know none.', source('^contracts/'), { path: allBut('contracts', 'kernel') }),
    rule('gateway-imports-the-kernel-only', 'Another router must be able to take its place.', source('^gateway/'), { path: allBut('gateway', 'kernel', 'contracts') }),
    rule('connectors-know-no-subgraph', 'A connector says what is in a source, not what becomes of it.', source('^connectors/'), {
      path: allBut('connectors', 'kernel', 'contracts'),
    }),
    rule('cli-is-a-client', 'The CLI speaks GraphQL; offline tools use pure rooms; without a server it starts the app.', source('^cli/'), {
      path: '^(subgraphs|gateway|connectors)/',
    }),
    rule('only-cli-imports-app', 'The composition root is the top.', source(OURS, ['^(app|cli)/']), { path: '^app/' }),
    rule('nobody-imports-cli', 'Commands are ends.', source(OURS, ['^cli/']), { path: '^cli/' }),
    rule('only-app-imports-console', 'Pages are served, not used.', source(OURS, ['^(app|console)/']), { path: '^console/' }),
    rule('console-imports-the-kernel-only', 'A page asks the graph like any other client.', source('^console/'), { path: allBut('console', 'kernel', 'contracts') }),

    // Subgraphs.
    rule('subgraphs-are-strangers', 'A subgraph asks the graph for what another knows, or keeps a projection.', { path: '^subgraphs/([^/]+)/' }, {
      path: '^subgraphs/',
      pathNot: '^subgraphs/$1/',
    }),
    rule('only-app-composes', 'index.ts of a subgraph is imported by app alone.', { path: OURS, pathNot: ['^app/', TEST] }, { path: '^subgraphs/[^/]+/index\\.ts$' }),
    rule('subgraphs-show-their-index-only', 'What is behind index.ts may change without asking.', source(OURS, ['^subgraphs/']), {
      path: '^subgraphs/',
      pathNot: '^subgraphs/[^/]+/index\\.ts$',
    }),
    rule('subgraphs-do-not-import-gateway', 'A subgraph can be served on its own.', source('^subgraphs/'), { path: '^gateway/' }),
    rule('resolvers-do-not-store', 'Resolvers translate; services act.', source('^subgraphs/[^/]+/resolvers'), { path: '^subgraphs/[^/]+/(store|tables)' }),
    rule('service-below-resolvers', 'Services know nothing of GraphQL.', source('^subgraphs/[^/]+/service'), {
      path: ['^subgraphs/[^/]+/(resolvers|__generated__)', npm('graphql', '@apollo/[^/]+')],
    }),
    rule('store-below-service', 'Stores remember; they decide nothing.', source('^subgraphs/[^/]+/(store|tables)'), {
      path: ['^subgraphs/[^/]+/(service|resolvers|__generated__)', npm('graphql', '@apollo/[^/]+')],
    }),

    // Pure rooms.
    rule('pure-has-no-io', 'No file, no network, no process: of Node only hashing. Only the parser lives in threads.', source(PURE_ROOMS, ['^lineage/parser/threads/']), {
      dependencyTypes: ['core'],
      pathNot: '^(node:)?crypto$',
    }),
    rule('pure-uses-few-packages', 'Parsers and canonical forms, nothing that opens anything.', source(PURE_ROOMS), {
      path: npm('.*'),
      pathNot: npm('zod', 'canonicalize', '@marcbachmann/cel-js', '@polyglot-sql/sdk', 'libpg-query'),
    }),
    rule('pure-calls-pure', 'Of ours: its own room, contracts, records of connectors, and pure files of the kernel.', source(PURE_ROOMS), {
      path: OURS,
      pathNot: [PURE_ROOMS, '^contracts/', '^connectors/record\\.ts$', PURE_KERNEL],
      dependencyTypesNot: ['type-only'],
    }),
    rule('pure-knows-no-database', 'Not even by type.', source(PURE_ROOMS), { path: ['^kernel/(db|jobs|outbox|http)/', '^subgraphs/[^/]+/(store|tables|service|resolvers)'] }),
    rule('maps-are-pure', 'Native rows in, records out: tested with recorded rows.', source('^connectors/[^/]+/map\\.ts$'), {
      path: [npm(...DRIVERS), '^connectors/[^/]+/(crawl|connector)\\.ts$'],
      dependencyTypesNot: ['type-only'],
    }),

    // Drivers.
    rule('sql-in-stores-only', 'All SQL is where the tables are.', source(OURS, ['^subgraphs/[^/]+/(store/|tables\\.ts$)', '^kernel/(db|jobs)/', '^connectors/[^/]+/']), {
      path: npm(...DRIVERS),
    }),
    rule('no-orm-in-connectors', 'A connector speaks its source’s own SQL.', source('^connectors/'), { path: npm('drizzle-orm', '@electric-sql/[^/]+', 'pg-boss') }),
    rule('pg-is-the-postgres-connector', 'A driver belongs to one connector.', source('^connectors/', ['^connectors/postgres/']), { path: npm('pg') }),
    rule('mysql2-is-the-mysql-connector', 'A driver belongs to one connector.', source(OURS, ['^connectors/mysql/']), { path: npm('mysql2') }),
    rule('sqlite-is-the-sqlite-connector', 'A driver belongs to one connector.', source(OURS, ['^connectors/sqlite/']), { path: npm('node-sqlite3-wasm') }),
    rule('duckdb-is-the-duckdb-connector', 'A driver belongs to one connector; the sample is a DuckDB file.', source(OURS, ['^connectors/(duckdb|sample)/']), { path: npm('@duckdb/[^/]+') }),

    // Everywhere.
    rule('tests-are-not-imported', 'What runs in production is tested, not testing.', source(OURS), { path: TEST }),
    // A ring of types alone inside one room costs nothing at run time: generated resolvers name the domain's types, and may be named by it.
    rule('no-cycles', 'Files that need each other are one file.', { path: OURS }, { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } }),
    rule('no-dev-packages', 'Production is installed without them.', source(OURS), { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] }),
    rule('no-undeclared-packages', 'What is imported stands in package.json.', { path: OURS }, { dependencyTypes: ['npm-no-pkg', 'npm-unknown'] }),
    rule('no-unresolved', 'An import that leads nowhere.', { path: OURS }, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // Never by a word alone: many packages have a dist/ of their own, and what is excluded is seen by no rule.
    exclude: { path: '^dist/|^(test|connectors)/.*fixtures/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'], extensions: ['.ts', '.js', '.mjs', '.json', '.d.ts'] },
  },
};
