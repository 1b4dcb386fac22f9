import type { Tx } from '../../../kernel/db/database.ts';

export interface Revocation {
  readonly auditId: string;
  readonly readToken: string;
}

/** The event that revoked a key last, and its place in the outbox; null when it never was revoked. */
export async function revocationOf(tx: Tx, keyId: string): Promise<Revocation | null> {
  const [row] = await tx.query<Revocation>(
    `select e.id as "auditId", coalesce(o.seq, 0)::text as "readToken"
     from kernel.audit_event e left join kernel.outbox o on o.aggregate_id = e.aggregate_id and o.event_id = e.id
     where e.subject_id = $1 and e.action = 'governance.key.revoked.v1'
     order by e.seq desc limit 1`,
    [keyId],
    'governance_revocation_of',
  );
  return row ?? null;
}
