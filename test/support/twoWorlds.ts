import type { Database } from '../../kernel/db/database.ts';
import type { Principal } from '../../kernel/identity/principal.ts';
import { PolicySet } from '../../kernel/policy/policySet.ts';
import { key, someone, testCatalog, type TestCatalog } from './catalog.ts';
import { ingest } from './ingesting.ts';
import { claim, NAMESPACE, state } from './lineage.ts';
import { container, scriptedConnector, table, type Script } from './scriptedConnector.ts';

/** Two analysts of different teams: each sees what the other does not, and neither learns that there is more. */
const POLICIES = new PolicySet(`
  @id("payroll.finance") @reason("Payroll is for finance.")
  forbid (principal, action in [Action::"catalog.read", Action::"catalog.curate"], resource)
  when { resource.tags.contains("payroll") } unless { principal in Principal::"tea_finance" };
  @id("lab.research") @reason("The lab is for research.")
  forbid (principal, action == Action::"catalog.read", resource)
  when { resource.container like "shop.lab*" } unless { principal in Principal::"tea_research" };
  @id("sql.stewards") @reason("SQL may hold credentials.")
  forbid (principal, action == Action::"catalog.readDefinition", resource) unless { principal in Role::"steward" };`);

const PUBLIC = ['shop', 'public'];
const LAB = ['shop', 'lab'];
export const urn = (name: string, schema = 'public'): string => `urn:cadastre:dataset:${NAMESPACE},shop.${schema}.${name}`;
const end = (name: string, column?: string) => ({ namespace: NAMESPACE, name: `shop.public.${name}`, column });
/** A check of each of two datasets, and figures out of one and out of both. */
const STATED = {
  statement: { namespace: NAMESPACE, statedAt: '2026-01-01T10:00:00Z', complete: true },
  signals: [
    { key: 'amounts', on: end('report', 'amount'), name: 'amounts', kind: 'range' },
    { key: 'wages', on: end('salaries', 'wagesecret'), name: 'wages', kind: 'range' },
  ],
  results: ['amounts', 'wages'].map((check) => ({
    key: check,
    on: check === 'amounts' ? end('report', 'amount') : end('salaries', 'wagesecret'),
    status: 'FAIL',
    observedAt: '2026-01-01T10:00:00Z',
    message: "got 1 result: 'hunter2'",
  })),
  metrics: [
    { key: 'turnover', name: 'turnover', type: 'simple', expression: "sum(amount) 'hunter2'", reads: [end('orders', 'amount')] },
    { key: 'share', name: 'share', type: 'ratio', reads: [end('orders', 'amount'), end('salaries', 'wagesecret')] },
  ],
};
const run = (job: string, query: string, inputs: readonly string[]) => ({
  producer: 'https://example.com',
  schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json',
  eventTime: '2026-01-01T10:00:00Z',
  eventType: 'FAIL',
  run: { runId: `run of ${job}`, facets: { errorMessage: { message: query, programmingLanguage: 'SQL' } } },
  job: { namespace: 'airflow', name: job, facets: { sql: { query }, documentation: { description: `reads ${inputs.join()}` } } },
  inputs: inputs.map((name) => ({ namespace: NAMESPACE, name: `shop.public.${name}` })),
});
const member = (team: string): Principal => ({ ...someone(['analyst'], `usr_${team}`), teams: [`tea_${team}`] });
export const [finance, research, admin] = [member('finance'), member('research'), someone(['admin'], 'usr_admin')];

const script: Script = {
  scopes: [
    { scope: [], records: [container('shop'), container('shop', 'public'), container('shop', 'lab')] },
    {
      scope: PUBLIC,
      records: [
        table([...PUBLIC, 'orders'], ['id', 'amount']),
        table([...PUBLIC, 'salaries'], ['person', 'wagesecret'], { definition: "select 'hunter2'" }),
        table([...PUBLIC, 'report'], ['amount', 'wage'], {
          definition: "select 'hunter2' from orders",
          foreignKeys: [
            { name: 'to_orders', columns: ['amount'], references: { path: [...PUBLIC, 'orders'], columns: ['id'] } },
            { name: 'to_wages', columns: ['wage'], references: { path: [...PUBLIC, 'salaries'], columns: ['wagesecret'] } },
            { name: 'to_elsewhere', columns: ['wage'], references: { path: [...PUBLIC, 'uncrawled'], columns: ['id'] } },
          ],
        }),
      ],
    },
    { scope: LAB, records: [table([...LAB, 'reagents'], ['formula'])] },
  ],
};

export interface TwoWorlds {
  readonly catalog: TestCatalog;
  ask(principal: Principal, source: string, variables?: Record<string, unknown>): ReturnType<TestCatalog['ask']>;
}

/** One catalog of orders, salaries, a report out of both, and a lab, with jobs, checks and figures. */
export async function openTwoWorlds(db: Database): Promise<TwoWorlds> {
  const catalog = await testCatalog(db, { script: scriptedConnector({ shop: script }) });
  const ask: TwoWorlds['ask'] = (principal, source, variables = {}) =>
    catalog.ask(source, variables, { principal, policies: POLICIES });
  await catalog.addSource('shop', 'script://shop');
  await catalog.crawl('shop');
  await state(db, 'query/report', [
    { ...claim('orders.amount > report.amount'), expression: "amount || 'hunter2'" },
    claim('salaries.wagesecret > report.wage'),
    claim('orders > report', 'IDENTITY'),
    claim('salaries > report', 'IDENTITY'),
  ]);
  await state(db, 'query/within-salaries', [claim('salaries.person > salaries.wagesecret')]);
  await ingest(
    db,
    run('mixed', "select 'hunter2' from orders join salaries", ['orders', 'salaries']),
    run('payroll-load', "select 'hunter2' from salaries", ['salaries']),
  );
  await catalog.ask(`mutation($input: IngestMetadataInput!) { ingestMetadata(input: $input) { __typename } }`, {
    input: { idempotencyKey: key(), producer: 'dbt', datasets: [], evidence: [], ...STATED },
  });
  await ask(admin, `mutation($input: CreateTagInput!) { createTag(input: $input) { __typename } }`, {
    input: { idempotencyKey: key(), name: 'Payroll' },
  });
  await ask(admin, `mutation($input: TagAssetsInput!) { tagAssets(input: $input) { __typename } }`, {
    input: { idempotencyKey: key(), urns: [urn('salaries')], add: ['Payroll'] },
  });
  return { catalog, ask };
}
