import { and, eq } from 'drizzle-orm';
import type { Role } from '../../../kernel/identity/principal.ts';
import type { Tx } from '../../../kernel/db/database.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { Principal } from '../domain/principal.ts';
import { externalIdentity, principal } from '../tables.ts';
import { lockToChange } from './changePrincipal.ts';
import { principalOf } from './principalOf.ts';

/** Somebody as a provider knows them. */
export interface Subject {
  readonly issuer: string;
  readonly subject: string;
}

export interface Linked {
  readonly principal: Principal;
  /** When the provider last said what groups they are in; null for never. */
  readonly groupsAt: Instant | null;
}

/** Of two first requests of one person the second one waits here. */
export async function lockSubject(tx: Tx, { issuer, subject }: Subject): Promise<void> {
  await tx.query(
    'select pg_advisory_xact_lock(hashtextextended($1, 1))',
    [JSON.stringify([issuer, subject])],
    'governance_lock_subject',
  );
}

/** Whom a provider means, in order to change them; null when they were never seen. */
export async function lockLinked(tx: Tx, { issuer, subject }: Subject): Promise<Linked | null> {
  const [identity] = await tx.orm
    .select()
    .from(externalIdentity)
    .where(and(eq(externalIdentity.issuer, issuer), eq(externalIdentity.subject, subject)));
  const found = identity === undefined ? null : await lockToChange(tx, identity.principalId);
  return identity === undefined || found === null ? null : { principal: found, groupsAt: identity.groupsAt };
}

export async function link(tx: Tx, { issuer, subject }: Subject, principalId: string): Promise<void> {
  await tx.query(
    'insert into kernel.external_identity (issuer, subject, principal_id, recorded_at) values ($1, $2, $3, $4)',
    [issuer, subject, principalId, tx.now],
    'governance_link',
  );
}

/** Whether a provider means somebody by this principal already. */
export async function isLinked(tx: Tx, issuer: string, principalId: string): Promise<boolean> {
  const rows = await tx.query(
    'select 1 from kernel.external_identity where issuer = $1 and principal_id = $2 limit 1',
    [issuer, principalId],
    'governance_is_linked',
  );
  return rows.length > 0;
}

/** The stub that was named by its subject at the provider, in order to claim it; null when there is none. */
export async function lockNamedStub({ orm }: Tx, { issuer, subject }: Subject): Promise<Principal | null> {
  const [row] = await orm
    .select()
    .from(principal)
    .where(
      and(
        eq(principal.kind, 'user'),
        eq(principal.state, 'stub'),
        eq(principal.externalNamespace, issuer),
        eq(principal.externalName, subject),
      ),
    )
    .for('update');
  return row === undefined ? null : principalOf(row);
}

/** False when somebody else has the address. */
export async function setEmail(tx: Tx, principalId: string, email: string): Promise<boolean> {
  const set = await tx.query(
    `update kernel.principal set email = $2 where id = $1 and email is null
       and not exists (select from kernel.principal o where lower(o.email) = lower($2)) returning id`,
    [principalId, email],
    'governance_set_email',
  );
  return set.length === 1;
}

/** Sets the roles that come with groups; true when they were others before. */
export async function setGroupRoles(tx: Tx, principalId: string, roles: readonly Role[]): Promise<boolean> {
  const set = await tx.query(
    'update kernel.principal set group_roles = $2 where id = $1 and group_roles <> $2 returning id',
    [principalId, roles],
    'governance_set_group_roles',
  );
  return set.length === 1;
}

export async function setGroupsAt(tx: Tx, { issuer, subject }: Subject, at: Instant): Promise<void> {
  await tx.query(
    'update kernel.external_identity set groups_at = $3 where issuer = $1 and subject = $2',
    [issuer, subject, at],
    'governance_set_groups_at',
  );
}

/** Ids of teams that somebody joins and leaves when these are their groups at the provider. Only linked teams are touched. */
export async function teamDifference(
  tx: Tx,
  principalId: string,
  issuer: string,
  groups: readonly string[],
): Promise<{ readonly joined: readonly string[]; readonly left: readonly string[] }> {
  const rows = await tx.query<{ id: string; wanted: boolean }>(
    `with wanted as (select id from kernel.principal
       where kind = 'team' and external_namespace = $2 and external_name = any($3)),
     known as (select team_id as id from kernel.membership where member_id = $1 and origin = 'oidc')
     select coalesce(w.id, k.id) as id, w.id is not null as wanted from wanted w full join known k on k.id = w.id
     where w.id is null or k.id is null order by 1`,
    [principalId, issuer, groups],
    'governance_team_difference',
  );
  const idsOf = (wanted: boolean): readonly string[] => rows.filter((row) => row.wanted === wanted).map(({ id }) => id);
  return { joined: idsOf(true), left: idsOf(false) };
}
