import type { Queryable, Tx } from '../../../../kernel/db/database.ts';
import type { Page } from '../../../../kernel/page.ts';
import type { ApprovalDelegation } from '../../domain/approval/shown.ts';

export const DELEGATION_COLUMNS = `g.id, g.from_id as "fromId", g.to_id as "toId", g.reason, g.valid_from as "validFrom", g.valid_to as "validTo",
  g.recorded_at as "recordedAt", g.revoked_at as "revokedAt"`;

export async function addDelegation(tx: Tx, { id, fromId, toId, reason, validFrom, validTo }: ApprovalDelegation): Promise<void> {
  await tx.query(
    `insert into kernel.approval_delegation (id, from_id, to_id, reason, valid_from, valid_to, recorded_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, fromId, toId, reason, validFrom, validTo, tx.now],
    'governance_add_delegation',
  );
}

export async function delegationById(db: Queryable, id: string): Promise<ApprovalDelegation | null> {
  const [row] = await db.query<ApprovalDelegation>(
    `select ${DELEGATION_COLUMNS} from kernel.approval_delegation g where g.id = $1`,
    [id],
    'governance_delegation_by_id',
  );
  return row ?? null;
}

/** True when the one has delegated to the other at this moment. */
export async function isDelegated(tx: Tx, fromId: string, toId: string): Promise<boolean> {
  const rows = await tx.query(
    `select from kernel.approval_delegation where from_id = $1 and to_id = $2 and revoked_at is null and valid_from <= $3 and valid_to > $3
     limit 1`,
    [fromId, toId, tx.now],
    'governance_is_delegated',
  );
  return rows.length > 0;
}

/** How many delegations of somebody have not ended. */
export async function countDelegations(tx: Tx, fromId: string): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    'select count(*)::int as count from kernel.approval_delegation where from_id = $1 and revoked_at is null and valid_to > $2',
    [fromId, tx.now],
    'governance_count_delegations',
  );
  return row?.count ?? 0;
}

export async function endDelegation(tx: Tx, id: string): Promise<void> {
  await tx.query(
    'update kernel.approval_delegation set revoked_at = $2 where id = $1 and revoked_at is null',
    [id, tx.now],
    'governance_end_delegation',
  );
}

/** Those by and to somebody, latest first, one more than the page holds. */
export function listDelegations(
  db: Queryable,
  principalId: string,
  { first, after }: Page<readonly ['time', 'text']>,
): Promise<readonly ApprovalDelegation[]> {
  const [at = null, id = null] = after ?? [];
  return db.query<ApprovalDelegation>(
    `select ${DELEGATION_COLUMNS} from kernel.approval_delegation g
     where (g.from_id = $1 or g.to_id = $1) and ($2::timestamptz is null or (g.recorded_at, g.id) < ($2, $3::text))
     order by g.recorded_at desc, g.id desc limit $4`,
    [principalId, at, id, first + 1],
    'governance_list_delegations',
  );
}
