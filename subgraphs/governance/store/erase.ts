import type { Tx } from '../../../kernel/db/database.ts';
import { ERASED_NAME } from '../domain/erasure.ts';

/** Details that one statement looks at. */
const STEP = 20_000;

/** Takes away all that says who somebody is, with their sessions. They cannot sign in again, and their id stays. */
export async function blankPerson(tx: Tx, id: string): Promise<void> {
  await tx.query(
    `update kernel.principal set name = $2, email = null, roles = '{}', group_roles = '{}', state = 'deactivated',
       external_namespace = null, external_name = null where id = $1`,
    [id, ERASED_NAME],
    'governance_blank_person',
  );
  await tx.query('delete from kernel.external_identity where principal_id = $1', [id], 'governance_forget_identities');
  await tx.query('delete from kernel.membership where member_id = $1', [id], 'governance_forget_memberships');
  await tx.query('delete from kernel.session where principal_id = $1', [id], 'governance_forget_sessions_of');
  await tx.query('delete from kernel.scim_resource where principal_id = $1', [id], 'governance_forget_provisioning');
}

/** Ends keys at once, and takes away what they were called. @returns how many keys were in force */
export async function endKeysOf(tx: Tx, id: string): Promise<number> {
  const revoked = await tx.query(
    'update kernel.access_key set revoked_at = $2 where principal_id = $1 and revoked_at is null returning id',
    [id, tx.now],
    'governance_end_keys',
  );
  await tx.query('update kernel.access_key set label = $2 where principal_id = $1', [id, ERASED_NAME], 'governance_blank_keys');
  return revoked.length;
}

/**
 * Forgets the details, with their salts, of all events about somebody, and of all others that name them by id or address.
 * The events stay, and with them all proofs.
 * @returns how many were forgotten
 */
export async function forgetDetailsAbout(tx: Tx, id: string, email: string | null): Promise<number> {
  const own = await tx.query(
    `delete from kernel.audit_detail where event_id = any(array(
       select id from kernel.audit_event where subject_id = $1 union select id from kernel.audit_event where aggregate_id = $1))
     returning event_id`,
    [id],
    'governance_forget_details',
  );
  return own.length + (await forgetMentions(tx, email === null ? [id] : [id, email.toLowerCase()]));
}

/** Step by step, so that no statement takes long, however large the log is. */
async function forgetMentions(tx: Tx, mentions: readonly string[]): Promise<number> {
  let [forgotten, after]: [number, string | null] = [0, ''];
  while (after !== null) {
    const [step]: readonly { last: string | null; count: number }[] = await tx.query(
      `with step as materialized (
         select event_id, body from kernel.audit_detail where event_id > $1 order by event_id limit ${STEP}
       ), forgotten as (
         delete from kernel.audit_detail d using step s
         where d.event_id = s.event_id and exists (select from unnest($2::text[]) m where strpos(lower(s.body), m) > 0) returning 1
       ) select (select max(event_id) from step) as last, (select count(*)::int from forgotten) as count`,
      [after, mentions],
      'governance_forget_mentions',
    );
    forgotten += step?.count ?? 0;
    after = step?.last ?? null;
  }
  return forgotten;
}

/** Forgets the details of events before a moment, the earliest first, at most so many. @returns how many there were */
export async function pruneDetails(tx: Tx, before: string, limit: number): Promise<number> {
  const pruned = await tx.query(
    `delete from kernel.audit_detail where event_id = any(array(
       select e.id from kernel.audit_event e join kernel.audit_detail d on d.event_id = e.id
       where e.recorded_at < $1 order by e.recorded_at, e.seq limit $2))
     returning event_id`,
    [before, limit],
    'governance_prune_details',
  );
  return pruned.length;
}

/** Forgets answers to mutations that nobody repeats any more. @returns how many */
export async function pruneAnswers(tx: Tx, days: number, limit: number): Promise<number> {
  const pruned = await tx.query(
    `with old as materialized (
       select ctid from kernel.idempotency where recorded_at < $1::timestamptz - make_interval(days => $2)
       order by recorded_at limit $3
     ) delete from kernel.idempotency where ctid = any(array(select ctid from old)) returning key`,
    [tx.now, days, limit],
    'governance_prune_answers',
  );
  return pruned.length;
}
