import type { Queryable } from '../../../../kernel/db/database.ts';

export interface TagToCheck {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
}

export const tagsAfter = (db: Queryable, after: string, limit: number): Promise<readonly TagToCheck[]> =>
  db.query<TagToCheck>(
    'select id, name, description from catalog.tag where id > $1 order by id limit $2',
    [after, limit],
    'catalog_reconcile_tags',
  );

export interface SourceToCheck {
  readonly id: string;
  readonly name: string;
  readonly platform: string;
  readonly location: string;
  readonly namespaceAliases: readonly string[];
  readonly state: 'active' | 'removed';
}

export const sourcesAfter = (db: Queryable, after: string, limit: number): Promise<readonly SourceToCheck[]> =>
  db.query<SourceToCheck>(
    `select id, name, platform, config->>'location' as location, state,
       array(select n.namespace from catalog.namespace_alias n where n.source_id = s.id order by 1) as "namespaceAliases"
     from catalog.source s where id > $1 order by id limit $2`,
    [after, limit],
    'catalog_reconcile_sources',
  );

export interface CrawlToCheck {
  readonly id: string;
  readonly state: string;
  readonly counts: Readonly<Record<string, number>>;
}

export const crawlsAfter = (db: Queryable, after: string, limit: number): Promise<readonly CrawlToCheck[]> =>
  db.query<CrawlToCheck>(
    `select id, state, json_build_object('added', added, 'changed', changed, 'unchanged', unchanged, 'missing', missing,
       'removed', removed) as counts
     from catalog.crawl where id > $1 order by id limit $2`,
    [after, limit],
    'catalog_reconcile_crawls',
  );
