import type { Database } from '../../kernel/db/database.ts';
import { key, type TestCatalog } from './catalog.ts';
import { graphOf } from './ingesting.ts';

const MERGE = `mutation($input: MergeAssetsInput!) { result: mergeAssets(input: $input) { __typename
  ... on Refused { code message } ... on AssetsMerged { asset { id urn } movedEdges waitingEdges unmatchedColumns } } }`;
const UNMERGE = `mutation($input: UnmergeAssetsInput!) { result: unmergeAssets(input: $input) { __typename
  ... on Refused { code message } ... on AssetsUnmerged { asset { id urn } returnedEdges } } }`;
const UPDATE = `mutation($input: UpdateSourceInput!) { result: updateSource(input: $input) { __typename
  ... on Refused { code message } ... on SourceUpdated { source { namespaceAliases } mergedDatasets isMore } } }`;

export const urnOf = (namespace: string, name: string): string => `urn:cadastre:dataset:${namespace},${name}`;

export interface Merging {
  merge(from: string, into: string): Promise<Record<string, unknown>>;
  unmerge(from: string): Promise<Record<string, unknown>>;
  declare(source: string, namespaceAliases: readonly string[]): Promise<Record<string, unknown>>;
}

/** Merges by URNs, with what the catalog answers; what it does not answer at all is thrown. */
export function merging(catalog: TestCatalog): Merging {
  const act = async (mutation: string, input: object): Promise<Record<string, unknown>> => {
    const { data, errors } = await catalog.ask(mutation, { input: { idempotencyKey: key(), ...input } });
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    return data.result;
  };
  return {
    merge: (from, into) => act(MERGE, { from, into, reason: 'they are one' }),
    unmerge: (from) => act(UNMERGE, { from }),
    declare: (name, namespaceAliases) => act(UPDATE, { name, namespaceAliases }),
  };
}

/** What people see of everything, by names: datasets, columns, edges, and what jobs read and write. */
export const worldOf = async (db: Database): Promise<object> => ({
  ...(await graphOf(db)),
  uses: await db.query(
    `select j.name as job, d.role, a.namespace, a.name from catalog.job_dataset d join catalog.job j on j.id = d.job_id
     join catalog.asset a on a.no = d.asset_no where d.recorded_to = 'infinity' order by 1, 2, 3, 4`,
  ),
  said: await db.query(
    `select a.namespace, a.name, c.name as part, d.description from catalog.curated_description d
     left join catalog.asset_column c on c.no = d.asset_no join catalog.asset a on a.no = coalesce(c.dataset_no, d.asset_no)
     where d.recorded_to = 'infinity' and a.state = 'present' order by 1, 2, 3, 4`,
  ),
  tagged: await db.query(
    `select a.namespace, a.name, c.name as part, t.name as tag from catalog.tag_assignment g join catalog.tag t on t.id = g.tag_id
     left join catalog.asset_column c on c.no = g.asset_no join catalog.asset a on a.no = coalesce(c.dataset_no, g.asset_no)
     where g.recorded_to = 'infinity' and a.state = 'present' order by 1, 2, 3, 4`,
  ),
});

/** Edges in force as `orders.price > m.p`, of columns unless it is said otherwise. */
export async function edgesOf(db: Database, level: 0 | 1 = 1): Promise<readonly string[]> {
  const rows = await db.query<{ edge: string }>(
    `with node as (
       select no, namespace || ',' || name as name from catalog.asset
       union all select c.no, a.namespace || ',' || a.name || '.' || c.name from catalog.asset_column c join catalog.asset a on a.no = c.dataset_no)
     select s.name || ' > ' || t.name as edge from catalog.lineage_edge e
     join node s on s.no = e.source_no join node t on t.no = e.target_no
     where e.recorded_to = 'infinity' and e.level = $1 order by 1`,
    [level],
  );
  return rows.map(({ edge }) => edge);
}

export const HOME = 'postgres://shop:5432';
export const ORDERS = 'shop.public.orders';
export const eventBase = { producer: 'https://example.com', schemaURL: 'https://openlineage.io/spec/2-0-2/OpenLineage.json' };

/** A run that makes `target.total` and `target.gone` of `price` and `old` of the orders, which go by this namespace. */
export const load = (namespace: string, target: string, { id = 'r1', job = 'load', minute = 1 } = {}): object => ({
  ...eventBase,
  eventTime: `2026-01-01T10:0${minute}:00Z`,
  eventType: 'COMPLETE',
  run: { runId: id },
  job: { namespace: 'airflow', name: job },
  inputs: [{ namespace, name: ORDERS }],
  outputs: [
    {
      namespace: 'bigquery',
      name: target,
      facets: {
        columnLineage: {
          fields: {
            total: { inputFields: [{ namespace, name: ORDERS, field: 'price' }] },
            gone: { inputFields: [{ namespace, name: ORDERS, field: 'old' }] },
          },
        },
      },
    },
  ],
});
