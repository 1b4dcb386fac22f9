import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import type { No } from '../domain/asset.ts';

/** What a namespace is already, beside an alias of the source. */
export interface Taken {
  readonly namespace: string;
  /** The source whose own namespace or alias it is; null for one from which crawled assets are known. */
  readonly source: string | null;
  readonly how: 'OWN' | 'ALIAS';
}

/** Which of these namespaces are a source's own, or an alias of another source. */
export const takenNamespaces = (db: Queryable, sourceId: string, namespaces: readonly string[]): Promise<readonly Taken[]> =>
  db.query<Taken>(
    `select w.namespace, coalesce(own.name, other.name) as source, case when other.name is null then 'OWN' else 'ALIAS' end as how
     from unnest($2::text[]) as w(namespace)
     left join lateral (select s.name from catalog.source s where s.namespace = w.namespace and s.state = 'active' limit 1) own on true
     left join lateral (
       select true as is_known from catalog.asset a where a.namespace = w.namespace and a.source_id is not null and a.state <> 'removed'
       limit 1) crawled on true
     left join lateral (
       select s.name from catalog.namespace_alias n join catalog.source s on s.id = n.source_id and s.state = 'active'
       where n.namespace = w.namespace and n.source_id <> $1 and own.name is null and crawled.is_known is null) other on true
     where own.name is not null or crawled.is_known or other.name is not null order by 1`,
    [sourceId, namespaces],
    'catalog_taken_namespaces',
  );

/** Makes these the aliases of a source. @returns those that it had and has no more */
export async function replaceNamespaceAliases(
  tx: Tx,
  sourceId: string,
  namespaces: readonly string[],
): Promise<readonly string[]> {
  const gone = await tx.query<{ namespace: string }>(
    'delete from catalog.namespace_alias where source_id = $1 and namespace <> all($2) returning namespace',
    [sourceId, namespaces],
    'catalog_drop_namespace_aliases',
  );
  await tx.query(
    `insert into catalog.namespace_alias (namespace, source_id, recorded_at) select namespace, $1, $3 from unnest($2::text[]) as n(namespace)
     on conflict (namespace) do update set source_id = excluded.source_id, recorded_at = excluded.recorded_at
       where catalog.namespace_alias.source_id <> excluded.source_id`,
    [sourceId, namespaces, tx.now],
    'catalog_insert_namespace_aliases',
  );
  return gone.map(({ namespace }) => namespace);
}

/** The namespace of a source in service, and those it goes by, too. */
export async function namespacesOf(
  db: Queryable,
  sourceId: string,
): Promise<{ readonly namespace: string | null; readonly aliases: readonly string[] }> {
  const [row] = await db.query<{ namespace: string | null; aliases: readonly string[] }>(
    `select s.namespace, array(select n.namespace from catalog.namespace_alias n where n.source_id = s.id order by 1) as aliases
     from catalog.source s where s.id = $1`,
    [sourceId],
    'catalog_namespaces_of',
  );
  return row ?? { namespace: null, aliases: [] };
}

/** Datasets that only lineage knows under namespaces that are aliases now. */
export const orphansUnder = (
  db: Queryable,
  namespaces: readonly string[],
  count: number,
): Promise<readonly { readonly no: No; readonly namespace: string; readonly name: string }[]> =>
  db.query(
    `select o.no, o.namespace, o.name from unnest($1::text[]) as w(namespace)
     cross join lateral (
       select no, namespace, name from catalog.asset where namespace = w.namespace and kind = 'dataset' and source_id is null
         and state = 'present' order by namespace, kind, md5(canonical) limit $2) o
     order by o.no limit $2`,
    [namespaces, count],
    'catalog_orphans_under',
  );

/** Targets that ended merges had made and that nothing speaks of any more. */
export async function emptyTargets(db: Queryable, mergeIds: readonly string[]): Promise<readonly No[]> {
  const rows = await db.query<{ no: No }>(
    `select distinct a.no from catalog.asset_merge m
     join catalog.asset a on a.no = m.into_no and a.source_id is null and a.state = 'present' and a.first_seen_at = m.recorded_from
     where m.id = any($1::bigint[])
       and not exists (select from catalog.asset_merge other where other.into_no = a.no and other.recorded_to = 'infinity')
       and not exists (select from catalog.lineage_edge e where e.source_no = a.no and e.recorded_to = 'infinity')
       and not exists (select from catalog.lineage_edge e where e.target_no = a.no and e.recorded_to = 'infinity')
       and not exists (select from catalog.job_dataset d where d.asset_no = a.no and d.recorded_to = 'infinity')
       and not exists (select from catalog.dataset_said s where s.asset_no = a.no)`,
    [mergeIds],
    'catalog_empty_targets',
  );
  return rows.map(({ no }) => no);
}
