import { PLAYED_SINCE } from '../../../kernel/db/playedSince.ts';
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

/** How details name what must not be forgotten: by its id, and a person by their address as well. An object, because that is looked into fast. */
const HELD = `held as materialized (
    select coalesce(jsonb_object_agg(name, true), '{}') as names from (
      select subject_id as name from kernel.legal_hold where released_at is null
      union
      select lower(p.email) from kernel.legal_hold h join kernel.principal p on p.id = h.subject_id
      where h.released_at is null and p.email is not null) n)`;

/** What may be an id or an address. */
const NAME = String.raw`'[a-z]{3}_[0-9a-hjkmnp-tv-z]{26}|[^\s"<>(),;:@]+@[^\s"<>(),;:@]+'`;

/** A detail is kept by a hold on what the event is about, on who did it, or on what it names. Ids may stand behind the kind of a line: `quality/<asset>`. */
const isHeld = (event: string, detail: string): string => `case when (select names from held) = '{}' then false else
  (select names from held) ?| array[
    substring(${event}.subject_id from '[^/]*$'), substring(${event}.aggregate_id from '[^/]*$'), ${event}.actor_id]
  or exists (select from regexp_matches(lower(${detail}.body), ${NAME}, 'g') as found(name)
    where (select names from held) ? rtrim(ltrim(name[1], ''''), '.!?''')) end`;

export interface Forgotten {
  readonly count: number;
  /** How many a hold on something else keeps. */
  readonly kept: number;
}

/** Events whose details are words of whoever acted: why they asked, approved, promoted, broke the glass or changed rules. */
const WORDED = ['approval', 'challenge', 'delegation', 'approvalPolicy', 'policies']
  .map((noun) => `governance.${noun}.%`)
  .concat(['registry.stage.%', 'registry.glass.%']);

/**
 * Forgets the details, with their salts, of all events about somebody, of those that hold their words, and of all others that name them by id or address.
 * The events stay, and with them all proofs. Step by step, so that no statement takes long, however large the log is.
 */
export async function forgetDetailsAbout(tx: Tx, id: string, email: string | null): Promise<Forgotten> {
  const mentions = email === null ? [id] : [id, email.toLowerCase()];
  let [count, kept, after]: [number, number, string | null] = [0, 0, ''];
  while (after !== null) {
    const [step]: readonly { last: string | null; count: number; kept: number }[] = await tx.query(
      `with ${HELD}, step as materialized (
         select event_id, body from kernel.audit_detail where event_id > $1 order by event_id limit ${STEP}
       ), own as materialized (
         select id from kernel.audit_event where subject_id = $3 union select id from kernel.audit_event where aggregate_id = $3
         union select id from kernel.audit_event where actor_id = $3 and action like any($4)
       ), found as materialized (
         select event_id, body from step s where event_id in (select id from own)
           or exists (select from unnest($2::text[]) m where strpos(lower(s.body), m) > 0)
       ), about as materialized (
         select f.event_id, ${isHeld('e', 'f')} as is_held from found f join kernel.audit_event e on e.id = f.event_id
       ), forgotten as (
         delete from kernel.audit_detail d using about a where d.event_id = a.event_id and not a.is_held returning 1
       ) select (select max(event_id) from step) as last, (select count(*)::int from forgotten) as count,
         (select count(*)::int from about where is_held) as kept`,
      [after, mentions, id, WORDED],
      'governance_forget_details',
    );
    count += step?.count ?? 0;
    kept += step?.kept ?? 0;
    after = step?.last ?? null;
  }
  return { count, kept };
}

/** Forgets the details of events before a moment that no hold keeps, the earliest first, at most so many. @returns how many there were */
export async function pruneDetails(tx: Tx, before: string, limit: number): Promise<number> {
  const pruned = await tx.query(
    `with ${HELD} delete from kernel.audit_detail where event_id = any(array(
       select e.id from kernel.audit_event e join kernel.audit_detail d on d.event_id = e.id
       where e.recorded_at < $1 and not ${isHeld('e', 'd')} order by e.recorded_at, e.seq limit $2))
     returning event_id`,
    [before, limit],
    'governance_prune_details',
  );
  return pruned.length;
}

/**
 * Forgets answers to mutations that nobody repeats any more. A sample that was cut off is repeated by the next start, whenever that is.
 * @returns how many
 */
export async function pruneAnswers(tx: Tx, days: number, limit: number): Promise<number> {
  const pruned = await tx.query(
    `with old as materialized (
       select ctid from kernel.idempotency where recorded_at < $1::timestamptz - make_interval(days => $2)
         and (key not like 'sample/%' or ${PLAYED_SINCE} is null)
       order by recorded_at limit $3
     ) delete from kernel.idempotency where ctid = any(array(select ctid from old)) returning key`,
    [tx.now, days, limit],
    'governance_prune_answers',
  );
  return pruned.length;
}
