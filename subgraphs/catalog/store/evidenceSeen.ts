import type { Tx } from '../../../kernel/db/database.ts';

/** How exactly it is kept when something was last seen: a thousand repeats in a minute are one write. */
const PRECISION = `interval '1 minute'`;

const STORE = `on conflict (evidence_key) do update set seen_at = excluded.seen_at
  where evidence_seen.seen_at < excluded.seen_at - ${PRECISION}`;

/** Takes down that pieces of evidence were seen to say what they say. */
export async function markSeen(tx: Tx, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await tx.query(
    `insert into catalog.evidence_seen (evidence_key, seen_at)
     select key, $2 from unnest($1::text[]) as k(key) order by key ${STORE}`,
    [[...new Set(keys)], tx.now],
    'catalog_mark_seen',
  );
}

/** The same for all views of a source that are there and whose definition was understood. */
export async function markViewsSeen(tx: Tx, sourceId: string): Promise<void> {
  await tx.query(
    `insert into catalog.evidence_seen (evidence_key, seen_at)
     select 'view/' || a.id, $2 from catalog.asset a join catalog.view_derivation d on d.asset_no = a.no
     where a.source_id = $1 and a.state = 'present' and d.problem is null order by a.id ${STORE}`,
    [sourceId, tx.now],
    'catalog_mark_views_seen',
  );
}
