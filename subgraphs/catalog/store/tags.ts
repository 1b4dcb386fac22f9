import type { Queryable } from '../../../kernel/db/database.ts';
import type { Tag } from '../domain/asset.ts';

/** Tags by their names without regard to case, each with the spelling that it was asked for by. */
export const tagsByName = (db: Queryable, names: readonly string[]): Promise<readonly (Tag & { readonly written: string })[]> =>
  db.query<Tag & { written: string }>(
    `select t.id, t.name, t.description, n.written from unnest($1::text[]) as n(written)
     join catalog.tag t on lower(t.name) = lower(n.written)`,
    [names],
    'catalog_tags_by_name',
  );

export const tagsById = (db: Queryable, ids: readonly string[]): Promise<readonly Tag[]> =>
  db.query<Tag>('select id, name, description from catalog.tag where id = any($1)', [ids], 'catalog_tags_by_id');

/** A tag and its name as the database folds it, by which lists are ordered. */
export interface ListedTag extends Tag {
  readonly folded: string;
}

/** Tags after a folded name, in the order of their names without regard to case. */
export const listTags = (db: Queryable, after: string | null, count: number): Promise<readonly ListedTag[]> =>
  db.query<ListedTag>(
    `select id, name, description, lower(name) as folded from catalog.tag
     where ($1::text is null or lower(name) > $1) order by lower(name) limit $2`,
    [after, count],
    'catalog_list_tags',
  );
