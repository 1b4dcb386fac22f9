import type { Queryable } from '../../../kernel/db/database.ts';
import type { No } from '../domain/asset.ts';

/** A dataset's written name with the canonical form that its platform gives it. */
export interface WrittenName {
  readonly namespace: string;
  readonly name: string;
  readonly canonical: string;
}

export interface FoundDataset extends WrittenName {
  readonly no: No;
  /** False for a dataset that is known from lineage alone: nobody has listed its columns. */
  readonly isCrawled: boolean;
}

/** Datasets by written names: the canonical form first, then the exact dotted name. */
export const findDatasets = (db: Queryable, names: readonly WrittenName[]): Promise<readonly FoundDataset[]> =>
  db.query<FoundDataset>(
    `select distinct on (n.namespace, n.name) n.namespace, n.name, n.canonical, a.no, a.source_id is not null as "isCrawled"
     from json_to_recordset($1) as n(namespace text, name text, canonical text)
     join catalog.asset a on a.namespace = n.namespace and a.kind = 'dataset'
       and ((md5(a.canonical) = md5(n.canonical) and a.canonical = n.canonical) or (md5(a.name) = md5(n.name) and a.name = n.name))
     order by n.namespace, n.name, (a.name = n.name) desc, (a.canonical = n.canonical) desc, a.no`,
    [JSON.stringify(names)],
    'catalog_find_datasets',
  );

export interface WrittenColumn {
  readonly datasetNo: No;
  readonly name: string;
  readonly canonical: string;
}

/** Columns in service by written names. */
export const findColumns = (
  db: Queryable,
  columns: readonly WrittenColumn[],
): Promise<readonly (WrittenColumn & { readonly no: No })[]> =>
  db.query(
    `select distinct on (n.dataset_no, n.name) n.dataset_no as "datasetNo", n.name, n.canonical, c.no
     from json_to_recordset($1) as n(dataset_no bigint, name text, canonical text)
     join catalog.asset_column c on c.dataset_no = n.dataset_no and c.state = 'present'
       and ((md5(c.canonical) = md5(n.canonical) and c.canonical = n.canonical) or c.name = n.name)
     order by n.dataset_no, n.name, (c.name = n.name) desc, c.no`,
    [JSON.stringify(columns.map(({ datasetNo, name, canonical }) => ({ dataset_no: datasetNo, name, canonical })))],
    'catalog_find_columns',
  );
