import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import type { Principal } from '../../kernel/identity/principal.ts';
import { PolicySet } from '../../kernel/policy/policySet.ts';
import { key, someone, testCatalog, type TestCatalog } from '../support/catalog.ts';
import { claim, NAMESPACE, state } from '../support/lineage.ts';
import { container, scriptedConnector, table, type Script } from '../support/scriptedConnector.ts';
import { describeOnOneEngine } from './engines.ts';

const READERS = 25;
const named = (name: string): string => `urn:cadastre:dataset:${NAMESPACE},shop.public.${name}`;
const policies = new PolicySet(`
  @id("payroll.finance") forbid (principal, action == Action::"catalog.read", resource)
  when { resource.tags.contains("payroll") } unless { principal in Principal::"tea_finance" };`);
const [admin, finance, sales] = [
  someone(['admin'], 'usr_admin'),
  { ...someone(['analyst'], 'usr_finance'), teams: ['tea_finance'] },
  someone(['analyst'], 'usr_sales'),
];
const IMPACT = `query($from: Urn!, $after: String) { impact(from: $from, change: DROP) { complete truncation
  affected(first: 10, after: $after) { totalCount { value } pageInfo { hasNextPage endCursor } edges { node { asset { name } } } } } }`;

describeOnOneEngine('pages of an impact', (open) => {
  let db: Database;
  let catalog: TestCatalog;
  const script: Script = {
    scopes: [
      { scope: [], records: [container('shop'), container('shop', 'public')] },
      {
        scope: ['shop', 'public'],
        records: ['hub', 'late', ...Array.from({ length: READERS }, (_, i) => `d${i}`)].map((name) =>
          table(['shop', 'public', name], ['id']),
        ),
      },
    ],
  };
  beforeAll(async () => {
    db = await open();
    catalog = await testCatalog(db, { script: scriptedConnector({ shop: script }) });
    await catalog.addSource('shop', 'script://shop');
    await catalog.crawl('shop');
    for (let i = 0; i < READERS; i++) await state(db, `query/d${i}`, [claim(`hub > d${i}`)]);
    await ask(admin, `mutation($input: CreateTagInput!) { createTag(input: $input) { __typename } }`, {
      input: { idempotencyKey: key(), name: 'payroll' },
    });
    await tag('d7');
  });
  afterAll(() => catalog.subgraph.stop());

  const ask = (principal: Principal, source: string, variables: Record<string, unknown>) =>
    catalog.ask(source, variables, { principal, policies });
  const tag = (name: string) =>
    ask(admin, `mutation($input: TagAssetsInput!) { tagAssets(input: $input) { __typename } }`, {
      input: { idempotencyKey: key(), urns: [named(name)], add: ['payroll'] },
    });

  /** All pages, with how many walks they took. */
  async function pages(principal: Principal, between: () => Promise<unknown> = () => Promise.resolve()) {
    const spied = vi.spyOn(db, 'query');
    const names: string[] = [];
    const totals: number[] = [];
    let [after, walks, truncation] = [null as string | null, 0, [] as readonly string[]];
    for (let hasNext = true; hasNext;) {
      const { data } = await ask(principal, IMPACT, { from: named('hub'), after });
      const { affected } = data.impact;
      names.push(...affected.edges.map(({ node }: { node: { asset: { name: string } } }) => node.asset.name));
      totals.push(affected.totalCount.value);
      truncation = data.impact.truncation;
      ({ hasNextPage: hasNext, endCursor: after } = affected.pageInfo);
      walks += spied.mock.calls.filter(([, , name]) => name === 'catalog_edge_kinds').length;
      spied.mockClear();
      await between();
    }
    spied.mockRestore();
    return { names, totals, truncation, walks };
  }

  it('come from one walk', async () => {
    const { names, totals, walks } = await pages(finance);
    expect([new Set(names).size, totals, walks]).toEqual([READERS, [25, 25, 25], 1]);
    expect((await pages(finance)).walks).toBe(0);
  });

  it('are never those of somebody with other rights', async () => {
    await pages(finance);
    const { names, totals, truncation, walks } = await pages(sales);
    expect(names).not.toContain('d7');
    expect([names.length, totals, truncation, walks]).toEqual([24, [24, 24, 24], ['POLICY'], 1]);
    expect((await pages(finance)).names).toContain('d7');
  });

  it('are of a new walk as soon as anything else is lineage, or anything else is hidden', async () => {
    await pages(sales);
    const { walks } = await pages(sales, () => state(db, 'query/late', [claim('hub > late')]));
    expect(walks).toBe(1);
    expect((await pages(sales)).names).toContain('late');
    await tag('late');
    const { names, walks: again } = await pages(sales);
    expect([names.includes('late'), again]).toEqual([false, 1]);
  });
});
