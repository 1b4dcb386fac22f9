import type { Queryable } from '../../../kernel/db/database.ts';
import type { Tag } from '../domain/asset.ts';

export const tagsByName = (db: Queryable, names: readonly string[]): Promise<readonly Tag[]> =>
  db.query<Tag>(
    'select id, name, description from catalog.tag where lower(name) = any($1)',
    [names.map((name) => name.toLowerCase())],
    'catalog_tags_by_name',
  );

export const tagsById = (db: Queryable, ids: readonly string[]): Promise<readonly Tag[]> =>
  db.query<Tag>('select id, name, description from catalog.tag where id = any($1)', [ids], 'catalog_tags_by_id');

/** Tags after a name, in the order of their names without regard to case. */
export const listTags = (db: Queryable, after: string | null, count: number): Promise<readonly Tag[]> =>
  db.query<Tag>(
    `select id, name, description from catalog.tag where ($1::text is null or lower(name) > $1) order by lower(name) limit $2`,
    [after, count],
    'catalog_list_tags',
  );
