import type { Tx } from '../../../kernel/db/database.ts';
import { supersededByName } from './supersededByName.ts';
import type { No } from '../domain/asset.ts';
import type { NativeFacts } from '../domain/native.ts';

/** A dataset that lineage speaks of and nobody has crawled. */
export interface UncrawledRow {
  readonly no: No;
  readonly id: string;
  readonly platform: string;
  readonly namespace: string;
  readonly name: string;
  readonly canonical: string;
  readonly simple_name: string;
  readonly native: NativeFacts;
}

export async function insertUncrawled(tx: Tx, rows: readonly UncrawledRow[]): Promise<void> {
  if (rows.length === 0) return;
  const writing = tx.query(
    `insert into catalog.asset (no, id, kind, subtype, platform, namespace, name, canonical, simple_name, scope, state, version,
       content_digest, native, first_seen_at, recorded_at)
     select no, id, 'dataset', 'TABLE', platform, namespace, name, canonical, simple_name, '{}', 'present', 0, '', native, $2, $2
     from json_to_recordset($1) as r(no bigint, id text, platform text, namespace text, name text, canonical text, simple_name text, native jsonb)`,
    [JSON.stringify(rows), tx.now],
    'catalog_insert_uncrawled',
  );
  await writing.catch(supersededByName);
}

/** Counts the columns of datasets that grew. */
export async function recountColumns(tx: Tx, datasetNos: readonly No[]): Promise<void> {
  await tx.query(
    `update catalog.asset a set column_count = (select count(*) from catalog.asset_column c where c.dataset_no = a.no and c.state = 'present')
     where a.no = any($1::bigint[])`,
    [datasetNos],
    'catalog_recount_columns',
  );
}
