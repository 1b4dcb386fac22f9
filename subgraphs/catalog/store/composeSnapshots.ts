import { groupBy } from '../../../kernel/groupBy.ts';
import type { Queryable } from '../../../kernel/db/database.ts';
import type { No } from '../domain/asset.ts';
import type { SnapshotBody, SnapshotColumn, SnapshotOwner, SnapshotTag, SnapshotText } from '../domain/snapshot.ts';

type Root = { readonly root: No; readonly member: No };

/** The assets as they stand now in the transaction, whole, in the form that history keeps. */
export async function composeSnapshots(db: Queryable, nos: readonly No[]): Promise<readonly SnapshotBody[]> {
  const assets = await db.query<Omit<SnapshotBody, 'owners' | 'descriptions' | 'tags' | 'columns'>>(
    ASSETS,
    [nos],
    'catalog_snapshot_assets',
  );
  const owners = await db.query<SnapshotOwner & Root>(OWNERS, [nos], 'catalog_snapshot_owners');
  const texts = await db.query<SnapshotText & Root>(TEXTS, [nos], 'catalog_snapshot_texts');
  const tags = await db.query<SnapshotTag & Root>(TAGS, [nos], 'catalog_snapshot_tags');
  const columns = await db.query<Omit<SnapshotColumn, 'descriptions' | 'tags'> & { readonly root: No }>(
    COLUMNS,
    [nos],
    'catalog_snapshot_columns',
  );
  const ownersOf = groupBy(owners, ({ member }) => member);
  const textsOf = groupBy(texts, ({ member }) => member);
  const tagsOf = groupBy(tags, ({ member }) => member);
  const columnsOf = groupBy(columns, ({ root }) => root);
  const curated = (no: No) => ({ descriptions: (textsOf.get(no) ?? []).map(plain), tags: (tagsOf.get(no) ?? []).map(plain) });
  return assets.map((asset) => ({
    ...asset,
    owners: (ownersOf.get(asset.no) ?? []).map(plain),
    ...curated(asset.no),
    columns: (columnsOf.get(asset.no) ?? []).map(({ root: _, ...column }) => ({ ...column, ...curated(column.no) })),
  }));
}

function plain<T extends Root>({ root: _root, member: _member, ...rest }: T): Omit<T, keyof Root> {
  return rest;
}

/** The assets themselves and their columns: whatever a tag or a text may hang on. */
const MEMBERS = `with members as (
    select no as root, no as member from unnest($1::bigint[]) as a(no)
    union all
    select dataset_no, no from catalog.asset_column where dataset_no = any($1::bigint[]) and state = 'present')`;

const ASSETS = `select no, id, kind, subtype, platform, source_id as "sourceId", namespace, name, simple_name as "simpleName",
    parent_no as "parentNo", state, description, native, first_seen_at as "firstSeenAt"
  from catalog.asset where no = any($1::bigint[]) order by no`;

const OWNERS = `select asset_no as root, asset_no as member, principal_id as "principalId", role, origin, external, recorded_from as since
  from catalog.ownership where asset_no = any($1::bigint[]) and recorded_to = 'infinity' order by role, origin, principal_id`;

const TEXTS = `${MEMBERS} select root, member, origin, d.description as text, principal_id as "principalId", recorded_from as since
  from members join catalog.curated_description d on d.asset_no = member and d.recorded_to = 'infinity' order by origin`;

const TAGS = `${MEMBERS} select root, member, t.id, t.name, t.description, a.origin, a.recorded_from as since
  from members join catalog.tag_assignment a on a.asset_no = member and a.recorded_to = 'infinity'
  join catalog.tag t on t.id = a.tag_id order by t.name, a.origin`;

const COLUMNS = `select dataset_no as root, no, id, name, ordinal, native_type as "nativeType", nullable,
    default_value as "defaultValue", generated_as as "generatedAs", description, first_seen_at as "firstSeenAt"
  from catalog.asset_column where dataset_no = any($1::bigint[]) and state = 'present' order by dataset_no, ordinal, no`;
