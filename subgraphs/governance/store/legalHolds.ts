import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import type { Page } from '../../../kernel/page.ts';
import type { LegalHold } from '../domain/legalHold.ts';

const HOLD = `id, subject_type as "subjectType", subject_id as "subjectId", reason, placed_by as "placedBy", placed_at as "placedAt",
  released_by as "releasedBy", released_at as "releasedAt", release_reason as "releaseReason"`;

/** Keeps holds from being placed and released while something is forgotten, so that what is held when that ends is still there. */
export async function keepHolds(tx: Tx): Promise<void> {
  await tx.query('lock table kernel.legal_hold in share mode', [], 'governance_keep_holds');
}

export async function addHold(tx: Tx, { id, subjectType, subjectId, reason, placedBy, placedAt }: LegalHold): Promise<void> {
  await tx.query(
    `insert into kernel.legal_hold (id, subject_type, subject_id, reason, placed_by, placed_at) values ($1, $2, $3, $4, $5, $6)`,
    [id, subjectType, subjectId, reason, placedBy, placedAt],
    'governance_add_hold',
  );
}

export async function lockHold(tx: Tx, id: string): Promise<LegalHold | null> {
  const [row] = await tx.query<LegalHold>(
    `select ${HOLD} from kernel.legal_hold where id = $1 for update`,
    [id],
    'governance_lock_hold',
  );
  return row ?? null;
}

export async function endHold(tx: Tx, { id, releasedBy, releasedAt, releaseReason }: LegalHold): Promise<void> {
  await tx.query(
    'update kernel.legal_hold set released_by = $2, released_at = $3, release_reason = $4 where id = $1',
    [id, releasedBy, releasedAt, releaseReason],
    'governance_end_hold',
  );
}

export async function countHolds(db: Queryable): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    'select count(*)::int as count from kernel.legal_hold where released_at is null',
    [],
    'governance_count_holds',
  );
  return row?.count ?? 0;
}

/** Ids of the holds that are in force on something. */
export async function holdsOn(db: Queryable, subjectId: string): Promise<readonly string[]> {
  const rows = await db.query<{ id: string }>(
    'select id from kernel.legal_hold where subject_id = $1 and released_at is null order by id',
    [subjectId],
    'governance_holds_on',
  );
  return rows.map(({ id }) => id);
}

export const holdsById = (db: Queryable, ids: readonly string[]): Promise<readonly LegalHold[]> =>
  db.query<LegalHold>(`select ${HOLD} from kernel.legal_hold where id = any($1)`, [ids], 'governance_holds_by_id');

export interface HoldFilter {
  readonly subjectId: string | null;
  readonly inForce: boolean;
}

/** Holds, latest first, one more than the page holds. */
export const listHolds = (
  db: Queryable,
  { subjectId, inForce }: HoldFilter,
  { first, after }: Page,
): Promise<readonly LegalHold[]> =>
  db.query<LegalHold>(
    `select ${HOLD} from kernel.legal_hold
     where ($1::text is null or subject_id = $1) and (not $2 or released_at is null) and ($3::text is null or id < $3)
     order by id desc limit $4`,
    [subjectId, inForce, after?.[0] ?? null, first + 1],
    'governance_list_holds',
  );

/** Forgets why somebody was once held: reasons are free text. */
export async function blankReasons(tx: Tx, subjectId: string, text: string): Promise<void> {
  await tx.query(
    `update kernel.legal_hold set reason = $2, release_reason = case when release_reason is not null then $2 end
     where subject_id = $1 and released_at is not null`,
    [subjectId, text],
    'governance_blank_hold_reasons',
  );
}
