import type { Queryable } from '../../../kernel/db/database.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { No } from '../domain/asset.ts';

/** Of assets and columns, those that bear a tag themselves, now or at a moment. */
export async function taggedAmong(db: Queryable, nos: readonly No[], tag: string, at: Instant | null): Promise<ReadonlySet<No>> {
  const rows = await db.query<{ no: No }>(
    `select g.asset_no as no from catalog.tag_assignment g join catalog.tag t on t.id = g.tag_id
     where g.asset_no = any($1::bigint[]) and lower(t.name) = lower($2)
       and ${at === null ? `g.recorded_to = 'infinity'` : 'g.recorded_from <= $3 and g.recorded_to > $3'}`,
    [nos, tag, ...(at === null ? [] : [at])],
    at === null ? 'catalog_tagged_among' : 'catalog_tagged_among_at',
  );
  return new Set(rows.map(({ no }) => no));
}
