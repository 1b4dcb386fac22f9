import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Cadastre } from '../../app/cadastre.ts';
import { writeServerFile } from '../../app/serverFile.ts';
import { loadAllSubgraphs } from '../../app/subgraphs.ts';
import { ThroughJobsDocument, WhoWritesDocument } from '../__generated__/graphql.ts';
import { askTyped } from './askTyped.ts';
import { run } from './program.ts';
import { startEmpty, begunHome } from './running.ts';

const NAMESPACE = 'postgres://shop:5432';
const urn = (name: string): string => `urn:cadastre:dataset:${NAMESPACE},shop.public.${name}`;
const dataset = (name: string) => ({ namespace: NAMESPACE, name: `shop.public.${name}` });

const event = (
  job: string,
  eventType: string,
  minute: number,
  inputs: readonly string[],
  outputs: readonly string[],
): object => ({
  eventType,
  eventTime: `2026-01-01T10:0${minute}:00Z`,
  producer: 'https://example.com/client',
  schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent',
  run: { runId: `run of ${job}` },
  job: {
    namespace: 'airflow',
    name: job,
    facets: { sql: { query: `insert by ${job}` }, ownership: { owners: [{ name: 'team:loaders' }] } },
  },
  inputs: inputs.map(dataset),
  outputs: outputs.map(dataset),
});

let home: string;
let cadastre: Cadastre;

beforeAll(async () => {
  home = await begunHome(afterAll);
  cadastre = await startEmpty(home, {}, { load: loadAllSubgraphs });
  await writeServerFile(home, { url: cadastre.url, pid: process.pid });
  const response = await fetch(`${cadastre.url}/api/v1/lineage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${cadastre.admin.token}` },
    body: JSON.stringify([
      event('load', 'START', 1, ['raw'], []),
      event('load', 'COMPLETE', 3, [], ['orders']),
      event('sum', 'COMPLETE', 4, ['orders'], ['revenue']),
      event('mail', 'COMPLETE', 5, ['revenue'], []),
    ]),
  });
  expect(response.status).toBe(201);
});
afterAll(() => cadastre.stop());

test('a page draws the way of data through jobs with one operation', async () => {
  const { lineage } = await askTyped(cadastre, ThroughJobsDocument, { from: [urn('raw')], stopAt: null });
  if (lineage === null || lineage === undefined) throw new Error('There is no lineage.');
  const nameOf = new Map(lineage.nodes.map(({ id, asset, job }) => [id, asset?.urn ?? job?.name]));
  expect(lineage).toMatchObject({ complete: true, truncation: [], hiddenCount: 0, shortcuts: [] });
  expect(lineage.edges.map(({ sourceId, targetId }) => [nameOf.get(sourceId), nameOf.get(targetId)])).toEqual([
    [urn('raw'), 'load'],
    ['load', urn('orders')],
    [urn('orders'), 'sum'],
    ['sum', urn('revenue')],
    [urn('revenue'), 'mail'],
  ]);
  expect(lineage.nodes.find(({ job }) => job?.name === 'load')?.job?.lastRun).toEqual({ state: 'COMPLETE', durationMs: 120_000 });
  const stopped = await askTyped(cadastre, ThroughJobsDocument, { from: [urn('raw')], stopAt: { namePrefix: 'shop.public.o' } });
  expect(stopped.lineage?.nodes.filter((node) => node.stopped).map(({ asset }) => asset?.urn)).toEqual([urn('orders')]);
  expect(stopped.lineage?.nodes).toHaveLength(3);
});

test('a dataset names who writes it, with runs', async () => {
  const { dataset: orders } = await askTyped(cadastre, WhoWritesDocument, { urn: urn('orders') });
  expect(orders?.producers.edges.map(({ node }) => node)).toEqual([
    {
      name: 'load',
      sql: 'insert by load',
      owners: [{ external: 'team:loaders' }],
      outputs: { edges: [{ node: { qualifiedName: 'shop.public.orders' } }] },
      runs: {
        edges: [
          {
            node: {
              runId: 'run of load',
              startedAt: '2026-01-01T10:01:00.000000Z',
              endedAt: '2026-01-01T10:03:00.000000Z',
              parent: null,
            },
          },
        ],
      },
    },
  ]);
});

test('the command line shows lineage and jobs', async () => {
  const through = await run(home, ['lineage', 'show', urn('orders'), '--jobs', '--depth', '9']);
  expect(through).toMatchObject({ code: 0, stderr: '' });
  expect(through.stdout).toBe(`UPSTREAM
shop.public.orders
  <- [airflow load]  transformation, by load
    <- shop.public.raw  transformation, by load
DOWNSTREAM
shop.public.orders
  -> [airflow sum]  transformation, by sum
    -> shop.public.revenue  transformation, by sum
      -> [airflow mail]  transformation, by mail
`);
  const cut = await run(home, ['lineage', 'show', urn('raw'), '--downstream', '--depth', '1']);
  expect(cut).toMatchObject({ code: 0, stderr: 'Not all of it: there is more beyond --depth.\n' });
  expect(cut.stdout).toBe('DOWNSTREAM\nshop.public.raw\n  -> shop.public.orders  transformation, by load\n');
  expect((await run(home, ['lineage', 'show', urn('raw'), '--upstream', '--json'])).stdout).toContain('"complete": true');
  expect(await run(home, ['lineage', 'show', urn('none')])).toMatchObject({ code: 3 });
  expect(await run(home, ['lineage', 'show', urn('raw'), '--jobs', '--column'])).toMatchObject({ code: 2 });
  expect(await run(home, ['lineage', 'show', urn('raw'), '--depth', 'far'])).toMatchObject({ code: 2 });
  const listed = await run(home, ['jobs', 'list', '--prefix', 'l', '--json']);
  const [load] = JSON.parse(listed.stdout) as readonly { readonly id: string; readonly name: string }[];
  expect(load).toMatchObject({ name: 'load' });
  expect((await run(home, ['jobs', 'list'])).stdout).toMatch(/^NAME +NAMESPACE +LAST RUN +STATE +ID\nload +airflow/);
  expect((await run(home, ['jobs', 'runs', load?.id ?? ''])).stdout).toMatch(
    /run of load +complete +2026-01-01 10:01:00 +120\.0/,
  );
  expect(await run(home, ['jobs', 'runs', 'job_none'])).toMatchObject({ code: 3 });
}, 180_000);
