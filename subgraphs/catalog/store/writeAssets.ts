import type { Tx } from '../../../kernel/db/database.ts';
import { supersededByName } from './supersededByName.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { AssetState, No } from '../domain/asset.ts';
import type { NativeFacts } from '../domain/native.ts';

/** A row of an asset as a crawl writes it. */
export interface AssetRow {
  readonly no: No;
  readonly id: string;
  readonly kind: 'container' | 'dataset';
  readonly subtype: string;
  readonly name: string;
  readonly canonical: string;
  readonly simple_name: string;
  readonly parent_no: No | null;
  readonly content_digest: string;
  readonly description: string | null;
  readonly native: NativeFacts;
  readonly column_count: number;
}

/** What all rows of one batch share. */
export interface BatchPlace {
  readonly sourceId: string;
  readonly platform: string;
  readonly namespace: string;
  readonly scope: readonly string[];
  readonly simulated: boolean;
}

/** Numbers for new assets and columns, from the one space of all resources. */
export async function takeNumbers(tx: Tx, count: number): Promise<readonly No[]> {
  if (count === 0) return [];
  const rows = await tx.query<{ no: No }>(
    `select nextval('kernel.resource_no')::text as no from generate_series(1, $1)`,
    [count],
    'catalog_take_numbers',
  );
  return rows.map((row) => row.no);
}

/** The next of the numbers that were taken. */
export function taken(numbers: Iterator<No>): No {
  const next = numbers.next();
  if (next.done === true) throw new Error('more numbers are used than were taken');
  return next.value;
}

/** Inserts new assets and overwrites known ones with what the source says now. Whatever it saw is present. */
export async function upsertAssets(tx: Tx, place: BatchPlace, rows: readonly AssetRow[]): Promise<void> {
  if (rows.length === 0) return;
  const writing = tx.query(
    `insert into catalog.asset (no, id, kind, subtype, platform, source_id, namespace, name, canonical, simple_name, parent_no,
       scope, state, version, content_digest, description, native, column_count, simulated, first_seen_at, recorded_at)
     select no, id, kind, subtype, $2, $3, $4, name, canonical, simple_name, parent_no,
       $5::text[], 'present', 0, content_digest, description, native, column_count, $6, $7, $7
     from json_to_recordset($1) as r(no bigint, id text, kind text, subtype text, name text, canonical text, simple_name text,
       parent_no bigint, content_digest text, description text, native jsonb, column_count int)
     on conflict (no) do update set subtype = excluded.subtype, platform = excluded.platform, source_id = excluded.source_id,
       name = excluded.name, simple_name = excluded.simple_name, parent_no = excluded.parent_no, scope = excluded.scope,
       state = 'present', missing_since = null, content_digest = excluded.content_digest, description = excluded.description,
       native = excluded.native, column_count = excluded.column_count, simulated = excluded.simulated`,
    [JSON.stringify(rows), place.platform, place.sourceId, place.namespace, place.scope, place.simulated, tx.now],
    'catalog_upsert_assets',
  );
  await writing.catch(supersededByName);
}

/**
 * Marks what a complete listing did not have, as far as it is still in the given state and still this source's: another source
 * of the same server may have seen it in between.
 * @returns the numbers that were marked
 */
export async function setState(
  tx: Tx,
  nos: readonly No[],
  change: { readonly sourceId: string; readonly from: AssetState; readonly to: 'missing' | 'removed' },
): Promise<ReadonlySet<No>> {
  const rows = await tx.query<{ no: No }>(
    `update catalog.asset set state = $2, missing_since = coalesce(missing_since, $3)
     where no = any($1::bigint[]) and source_id = $4 and state = $5 returning no`,
    [nos, change.to, tx.now, change.sourceId, change.from],
    'catalog_set_state',
  );
  return new Set(rows.map((row) => row.no));
}

/** The version and time that history and the audit event gave the assets. */
export async function setVersions(tx: Tx, versions: readonly { readonly no: No; readonly version: number }[]): Promise<void> {
  await tx.query(
    `update catalog.asset a set version = v.version, recorded_at = $2
     from json_to_recordset($1) as v(no bigint, version int) where a.no = v.no`,
    [JSON.stringify(versions), tx.now],
    'catalog_set_versions',
  );
}

/** The latest moment at which another transaction gave one of the assets its present version; null when none did. */
export async function latestRecorded(tx: Tx, nos: readonly No[]): Promise<Instant | null> {
  const [row] = await tx.query<{ latest: Instant | null }>(
    `select max(recorded_from) as latest from catalog.asset_version
     where asset_no = any($1::bigint[]) and recorded_to = 'infinity' and xmin::text <> pg_current_xact_id()::xid::text`,
    [nos],
    'catalog_latest_recorded',
  );
  return row?.latest ?? null;
}
