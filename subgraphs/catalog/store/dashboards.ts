import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import type { AssetState, No } from '../domain/asset.ts';
import type { NativeFacts } from '../domain/native.ts';
import { supersededByName } from './supersededByName.ts';
import type { StatementRow } from './writeQuality.ts';

export interface WrittenDashboard {
  readonly namespace: string;
  readonly canonical: string;
}

export interface FoundDashboard extends WrittenDashboard {
  readonly no: No;
  readonly id: string;
  readonly state: AssetState;
}

/** Dashboards by their names, locked in the order of their numbers. */
export const lockDashboards = (tx: Tx, names: readonly WrittenDashboard[]): Promise<readonly FoundDashboard[]> =>
  tx.query<FoundDashboard>(
    `select a.namespace, a.canonical, a.no, a.id, a.state
     from json_to_recordset($1) as n(namespace text, canonical text)
     join catalog.asset a on a.namespace = n.namespace and a.kind = 'dashboard' and md5(a.canonical) = md5(n.canonical)
       and a.canonical = n.canonical
     order by a.no for update of a`,
    [JSON.stringify(names)],
    'catalog_lock_dashboards',
  );

export interface DashboardRow extends WrittenDashboard {
  readonly no: No;
  readonly id: string;
  readonly name: string;
  readonly simple_name: string;
  readonly platform: string;
  readonly subtype: string;
  readonly native: NativeFacts;
}

/** Inserts new dashboards and overwrites known ones with what their tool says now. What is stated is present. */
export async function upsertDashboards(tx: Tx, rows: readonly DashboardRow[]): Promise<void> {
  if (rows.length === 0) return;
  const writing = tx.query(
    `insert into catalog.asset (no, id, kind, subtype, platform, namespace, name, canonical, simple_name, scope, state, version,
       content_digest, native, first_seen_at, recorded_at)
     select no, id, 'dashboard', subtype, platform, namespace, name, canonical, simple_name, '{}', 'present', 0, '', native, $2, $2
     from json_to_recordset($1) as r(no bigint, id text, subtype text, platform text, namespace text, name text, canonical text,
       simple_name text, native jsonb)
     on conflict (no) do update set subtype = excluded.subtype, name = excluded.name, simple_name = excluded.simple_name,
       native = excluded.native, state = 'present'`,
    [JSON.stringify(rows), tx.now],
    'catalog_upsert_dashboards',
  );
  await writing.catch(supersededByName);
}

/** Takes down which dashboards are in a statement. */
export async function stateDashboards(tx: Tx, nos: readonly No[], said: StatementRow): Promise<void> {
  if (nos.length === 0) return;
  await tx.query(
    `insert into catalog.stated_dashboard (producer, namespace, asset_no, stated_at, recorded_at)
     select $1, $2, no, $3, $5 from unnest($4::bigint[]) as n(no)
     on conflict (producer, namespace, asset_no) do update set stated_at = excluded.stated_at, recorded_at = excluded.recorded_at
       where stated_dashboard.stated_at < excluded.stated_at`,
    [said.producer, said.namespace, said.statedAt, nos, tx.now],
    'catalog_state_dashboards',
  );
}

/** Dashboards that a complete statement did not have; `isGone` where no other statement has them either. */
export const unstateDashboards = (
  tx: Tx,
  said: StatementRow,
): Promise<readonly { readonly no: No; readonly id: string; readonly isGone: boolean }[]> =>
  tx.query(
    `with dropped as (
       delete from catalog.stated_dashboard where producer = $1 and namespace = $2 and stated_at < $3 returning asset_no)
     select a.no, a.id, not exists (
         select from catalog.stated_dashboard o
         where o.asset_no = a.no and not (o.producer = $1 and o.namespace = $2 and o.stated_at < $3)) as "isGone"
     from dropped join catalog.asset a on a.no = dropped.asset_no order by a.no`,
    [said.producer, said.namespace, said.statedAt],
    'catalog_unstate_dashboards',
  );

export async function removeDashboards(tx: Tx, nos: readonly No[]): Promise<void> {
  if (nos.length === 0) return;
  await tx.query(
    `update catalog.asset set state = 'removed' where no = any($1::bigint[]) and kind = 'dashboard'`,
    [nos],
    'catalog_remove_dashboards',
  );
}

/** Dashboards that read these datasets, now or at a moment; at most `limit`. */
export const readingDashboards = (
  db: Queryable,
  datasetNos: readonly No[],
  at: string | null,
  limit: number,
): Promise<readonly { readonly dashboardNo: No; readonly datasetNo: No }[]> =>
  db.query(
    `select e.target_no::text as "dashboardNo", e.source_no::text as "datasetNo" from catalog.lineage_edge e
     join catalog.asset d on d.no = e.target_no and d.kind = 'dashboard'
     where e.source_no = any($1::bigint[]) and e.level = 0
       and ${at === null ? `e.recorded_to = 'infinity'` : 'e.recorded_from <= $3 and e.recorded_to > $3'}
     order by e.target_no, e.source_no limit $2`,
    [datasetNos, limit, ...(at === null ? [] : [at])],
    `catalog_reading_dashboards${at === null ? '' : '_at'}`,
  );
