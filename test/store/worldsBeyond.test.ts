import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Database } from '../../kernel/db/database.ts';
import type { Principal } from '../../kernel/identity/principal.ts';
import { key, someone } from '../support/catalog.ts';
import { claim, state } from '../support/lineage.ts';
import { admin, finance, openTwoWorlds, research, type TwoWorlds, urn } from '../support/twoWorlds.ts';
import { describeOnOneEngine } from './engines.ts';

describeOnOneEngine('two worlds, beyond assets', (open) => {
  let db: Database;
  let worlds: TwoWorlds;
  beforeAll(async () => {
    db = await open();
    worlds = await openTwoWorlds(db);
  });
  afterAll(() => worlds.catalog.subgraph.stop());

  const ask: TwoWorlds['ask'] = (...asked) => worlds.ask(...asked);

  it('jobs and runs are seen with what they touch, and their texts with all of it', async () => {
    const jobs = async (principal: Principal) => {
      const { data } = await ask(
        principal,
        `{ jobs { edges { node { name description sql lastRun { errorMessage } inputs { edges { node { name } } } } } } }`,
      );
      return data.jobs.edges.map(({ node }: { node: { name: string; inputs: { edges: { node: { name: string } }[] } } }) => ({
        ...node,
        inputs: node.inputs.edges.map((edge) => edge.node.name).toSorted(),
      }));
    };
    const hidden = { sql: null, lastRun: { errorMessage: null } };
    expect(await jobs(finance)).toEqual([
      { name: 'mixed', description: 'reads orders,salaries', ...hidden, inputs: ['orders', 'salaries'] },
      { name: 'payroll-load', description: 'reads salaries', ...hidden, inputs: ['salaries'] },
    ]);
    expect(await jobs(research)).toEqual([{ name: 'mixed', description: null, ...hidden, inputs: ['orders'] }]);
    const { data } = await ask(finance, '{ job(namespace: "airflow", name: "payroll-load") { id lastRun { id } } }');
    const again = await ask(
      research,
      `query($job: ID!, $run: ID!, $refs: [_Any!]!) { job(id: $job) { id } byName: job(namespace: "airflow", name: "payroll-load") { id }
        run(id: $run) { id } _entities(representations: $refs) { ... on Job { id } ... on Run { id } } }`,
      {
        job: data.job.id,
        run: data.job.lastRun.id,
        refs: [
          { __typename: 'Job', id: data.job.id },
          { __typename: 'Run', id: data.job.lastRun.id },
        ],
      },
    );
    expect(again.data).toEqual({ job: null, byName: null, run: null, _entities: [null, null] });
  });

  it('the exported graph names nothing hidden, in cursors neither, and no SQL', async () => {
    const everything = async (principal: Principal, from: readonly string[] | null): Promise<string> => {
      const texts: string[] = [];
      for (let after: string | null = null; ;) {
        const { data } = await ask(
          principal,
          `query($from: [Urn!], $after: String) { openLineageEvents(from: $from, first: 1, after: $after) {
            edges { cursor node { isPartial event } } pageInfo { hasNextPage startCursor endCursor } } }`,
          { from, after },
        );
        const { edges, pageInfo } = data.openLineageEvents;
        for (const cursor of [pageInfo.startCursor, pageInfo.endCursor, ...edges.map((edge: { cursor: string }) => edge.cursor)])
          texts.push(Buffer.from(cursor ?? '', 'base64url').toString('utf8'));
        texts.push(JSON.stringify(edges));
        if (!pageInfo.hasNextPage) return texts.join('\n');
        after = pageInfo.endCursor;
      }
    };
    for (const from of [null, [urn('report'), urn('orders')]]) {
      const seen = await everything(research, from);
      expect(seen).toContain('shop.public.orders');
      expect(seen).toContain('query/report');
      for (const hidden of ['salaries', 'wagesecret', 'payroll-load', 'hunter2']) expect(seen).not.toContain(hidden);
    }
    const all = await everything(finance, null);
    for (const seen of ['shop.public.salaries', 'query/within-salaries', 'payroll-load']) expect(all).toContain(seen);
    expect(all).not.toContain('hunter2');
    expect(await everything(someone(['steward'], 'usr_steward'), null)).toContain('hunter2');
  });

  it('checks say nothing of values to those who may not read SQL, and figures show only whole', async () => {
    const query = `query($urn: Urn!) { dataset(urn: $urn) { quality { failing } usage { reads } measurements { edges { cursor } }
      qualitySignals { edges { node { name results { edges { node { status message } } } } } } metrics { edges { node { name } } } } }`;
    const of = async (principal: Principal, name: string) => (await ask(principal, query, { urn: urn(name) })).data.dataset;
    const results = (dataset: Awaited<ReturnType<typeof of>>) => dataset.qualitySignals.edges[0].node.results.edges[0].node;
    expect(results(await of(research, 'report'))).toEqual({ status: 'FAIL', message: null });
    expect(results(await of(someone(['steward'], 'usr_steward'), 'report')).message).toContain('hunter2');
    expect(await of(research, 'salaries')).toBeNull();
    const figures = async (principal: Principal) =>
      (await of(principal, 'orders')).metrics.edges.map(({ node }: { node: { name: string } }) => node.name);
    expect([await figures(finance), await figures(research)]).toEqual([['share', 'turnover'], ['turnover']]);
  });

  it('a foreign key to what is hidden is not there', async () => {
    const keys = async (principal: Principal) =>
      (
        await ask(principal, 'query($urn: Urn!) { dataset(urn: $urn) { foreignKeys { referencesName references { name } } } }', {
          urn: urn('report'),
        })
      ).data.dataset.foreignKeys;
    const toOrders = { referencesName: 'shop.public.orders', references: { name: 'orders' } };
    const elsewhere = { referencesName: 'shop.public.uncrawled', references: null };
    expect(await keys(finance)).toEqual([
      toOrders,
      { referencesName: 'shop.public.salaries', references: { name: 'salaries' } },
      elsewhere,
    ]);
    expect(await keys(research)).toEqual([toOrders, elsewhere]);
  });

  it('ways and impact answer for what is hidden as for what is not there', async () => {
    const paths = `query($from: Urn!, $to: Urn!) { paths(from: $from, to: $to) { complete paths { assets { id } } } }`;
    const impact = `query($from: Urn!) { impact(from: $from) { complete truncation affected { totalCount { value } edges { node { asset { id } } } } } }`;
    const said = async (query: string, variables: Record<string, string>) => {
      const { data, errors } = await ask(research, query, variables);
      return JSON.stringify([data, errors[0]?.message, errors[0]?.cause?.code]).replaceAll(/salaries|nothing/g, '*');
    };
    for (const query of [paths, impact]) {
      for (const [from, to] of [
        ['*', 'report'],
        ['report', '*'],
      ] as const) {
        const asked = (name: string) =>
          said(query, {
            from: urn(from.replace('*', name)),
            ...(query === paths && { to: urn(to.replace('*', name)) }),
          });
        expect(await asked('salaries')).toBe(await asked('nothing'));
      }
    }
    // The way from one column to the other leads through what is seen alone.
    const { data } = await ask(research, impact, { from: urn('orders') });
    expect(data.impact).toMatchObject({ complete: true, affected: { totalCount: { value: 1 } } });
  });

  it('lineage by hand that leads into what is hidden is not there to be taken back', async () => {
    const stated = await ask(
      finance,
      `mutation($input: AddLineageInput!) { addLineage(input: $input) { __typename ... on LineageAdded { evidenceKey } } }`,
      { input: { idempotencyKey: key(), source: urn('orders'), target: urn('salaries') } },
    );
    expect(stated.data.addLineage.__typename).toBe('Refused');
    const curator = { ...finance, roles: ['steward' as const] };
    const { data } = await ask(
      curator,
      `mutation($input: AddLineageInput!) { addLineage(input: $input) { ... on LineageAdded { evidenceKey } } }`,
      { input: { idempotencyKey: key(), source: urn('orders'), target: urn('salaries') } },
    );
    const remove = async (principal: Principal, evidenceKey: string) =>
      (
        await ask(
          principal,
          `mutation($input: RemoveLineageInput!) { removeLineage(input: $input) { __typename ... on Refused { code message policyIds } } }`,
          { input: { idempotencyKey: key(), evidenceKey } },
        )
      ).data.removeLineage;
    const stranger = someone(['steward'], 'usr_steward');
    expect(await remove(stranger, data.addLineage.evidenceKey)).toEqual(await remove(stranger, 'manual/evt_unknown'));
    expect((await remove(curator, data.addLineage.evidenceKey)).__typename).toBe('LineageRemoved');
  });

  it('proposals of merges count only what one sees', async () => {
    // Salaries are for finance, reagents for research, and report for everybody.
    const named = (name: string, column: string | null) => ({ namespace: 'postgres://copy:5432', name, column });
    await state(
      db,
      'query/copy',
      ['shop.public.salaries', 'shop.public.report', 'shop.lab.reagents'].map((name) => ({
        ...claim('orders > report'),
        source: named(name, null),
        target: named('shop.public.sink', null),
      })),
    );
    const counted = async (principal: Principal): Promise<readonly (number | null)[]> => {
      const { data } = await ask(
        principal,
        '{ mergeProposals(first: 50) { edges { node { orphan { urn } candidates { asset { id } namespaceAlias { datasets } } } } } }',
      );
      return data.mergeProposals.edges
        .flatMap(({ node }: { node: { candidates: { namespaceAlias: { datasets: number } | null }[] } }) => node.candidates)
        .map((candidate: { namespaceAlias: { datasets: number } | null }) => candidate.namespaceAlias?.datasets ?? null);
    };
    expect(new Set(await counted(finance))).toEqual(new Set([2]));
    expect(new Set(await counted(research))).toEqual(new Set([2]));
    expect(new Set(await counted(admin))).toEqual(new Set([null]));
  });
});
