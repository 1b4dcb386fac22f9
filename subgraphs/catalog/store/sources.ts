import type { Bitmap } from '../../../kernel/policy/visible.ts';
import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import type { Source } from '../domain/source.ts';

const FIELDS = `s.id, s.name, s.platform, s.namespace, s.config->>'location' as location, s.config->'settings' as settings,
  array(select n.namespace from catalog.namespace_alias n where n.source_id = s.id order by 1) as "namespaceAliases",
  s.sealed_secrets as "sealedSecrets", s.state, s.recorded_at as "recordedAt"`;

export async function insertSource(
  tx: Tx,
  source: Omit<Source, 'state' | 'recordedAt' | 'namespace' | 'namespaceAliases'>,
): Promise<boolean> {
  const made = await tx.query(
    `insert into catalog.source (id, name, platform, config, sealed_secrets, state, recorded_at)
     values ($1, $2, $3, jsonb_build_object('location', $4::text, 'settings', $5::jsonb), $6, 'active', $7)
     on conflict (name) where state = 'active' do nothing returning id`,
    [source.id, source.name, source.platform, source.location, JSON.stringify(source.settings), source.sealedSecrets, tx.now],
  );
  return made.length > 0;
}

/** The source of this name in service, or else the one that had it last. */
export async function sourceByName(db: Queryable, name: string): Promise<Source | null> {
  const [row] = await db.query<Source>(
    `select ${FIELDS} from catalog.source s where s.name = $1
     order by (s.state = 'active') desc, s.recorded_at desc, s.id desc limit 1`,
    [name],
    'catalog_source_by_name',
  );
  return row ?? null;
}

export const sourcesById = (db: Queryable, ids: readonly string[]): Promise<readonly Source[]> =>
  db.query<Source>(`select ${FIELDS} from catalog.source s where s.id = any($1)`, [ids], 'catalog_sources_by_id');

/** Sources after a name and id, in the order of their names. */
export const listSources = (db: Queryable, after: readonly [string, string] | null, count: number): Promise<readonly Source[]> =>
  db.query<Source>(
    `select ${FIELDS} from catalog.source s where ($1::text is null or (s.name, s.id) > ($1, $2))
     order by s.name, s.id limit $3`,
    [after?.[0] ?? null, after?.[1] ?? null, count],
    'catalog_list_sources',
  );

/** Whoever changes a source waits for others who do. */
export async function lockSource(tx: Tx, id: string): Promise<void> {
  await tx.query('select 1 from catalog.source where id = $1 for update', [id], 'catalog_lock_source');
}

/** Points a source to another place or gives it another password; false when it is not in service any more. */
export async function updateSource(
  tx: Tx,
  source: Pick<Source, 'id' | 'platform' | 'location' | 'settings' | 'sealedSecrets'>,
): Promise<boolean> {
  const updated = await tx.query(
    `update catalog.source set platform = $2, config = jsonb_build_object('location', $3::text, 'settings', $4::jsonb), sealed_secrets = $5
     where id = $1 and state = 'active' returning id`,
    [source.id, source.platform, source.location, JSON.stringify(source.settings), source.sealedSecrets],
  );
  return updated.length > 0;
}

/** Takes a source out of service; false when it is already. */
export async function removeSource(tx: Tx, id: string): Promise<boolean> {
  const removed = await tx.query(
    `update catalog.source set state = 'removed', sealed_secrets = null where id = $1 and state = 'active' returning id`,
    [id],
  );
  return removed.length > 0;
}

export async function setNamespace(tx: Tx, id: string, namespace: string): Promise<void> {
  await tx.query('update catalog.source set namespace = $2 where id = $1 and namespace is distinct from $2', [id, namespace]);
}

/** How many assets of a source are in the catalog and visible. */
export const assetCounts = (
  db: Queryable,
  ids: readonly string[],
  bitmap: Bitmap,
): Promise<readonly { readonly id: string; readonly assets: number }[]> =>
  db.query(
    `select a.source_id as id, count(*)::int as assets from catalog.asset a join kernel.resource r on r.no = a.no
     where a.source_id = any($1) and a.state <> 'removed' and kernel.may_see($2, r.acl_id) group by 1`,
    [ids, bitmap],
    'catalog_asset_counts',
  );
