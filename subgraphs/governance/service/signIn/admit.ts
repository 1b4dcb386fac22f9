import type { Origin } from '../../../../kernel/audit/append.ts';
import { originOf, record, type Recorded } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { unauthenticated } from '../../../../kernel/identity/authenticate.ts';
import { internalRequest } from '../../../../kernel/identity/internal.ts';
import type { Claims } from '../../../../kernel/identity/oidc/claims.ts';
import type { OidcConfig } from '../../../../kernel/identity/oidc/oidcConfig.ts';
import { newId } from '../../../../kernel/ids.ts';
import { requireAction } from '../../../../kernel/policy/decision.ts';
import { toMs } from '../../../../kernel/time.ts';
import { userClaimed, userCreated } from '../../domain/happening.ts';
import { identityLinked, profileCompleted } from '../../domain/identityHappening.ts';
import { meet } from '../../domain/meeting.ts';
import type { Principal, User } from '../../domain/principal.ts';
import { addPrincipal } from '../../store/addPrincipal.ts';
import { claimStub } from '../../store/claimStub.ts';
import { setName } from '../../store/changePrincipal.ts';
import { isLinked, link, type Linked, lockLinked, lockNamedStub, lockSubject, setEmail } from '../../store/externalIdentities.ts';
import { lockPrincipalByEmail } from '../../store/lockPrincipalByEmail.ts';
import { takeGroups } from './takeGroups.ts';

type Rules = Pick<OidcConfig, 'roleOfGroup' | 'newcomerRole'>;

/**
 * Whom a provider means by what it says, and what they may: somebody known, a stub that is claimed, or a newcomer. Groups
 * become memberships and roles. Cadastre itself is the actor: whoever comes has no rights yet.
 * @returns id of the principal
 * @throws Fault UNAUTHENTICATED when it is somebody who was put out
 */
export async function admit(tx: Tx, rules: Rules, claims: Claims): Promise<string> {
  await lockSubject(tx, claims);
  const happened: Recorded[] = [];
  const known = await lockLinked(tx, claims);
  const linked: Linked = known ?? { principal: await meetFirst(tx, rules, claims, happened), groupsAt: null };
  const { principal } = linked;
  if (principal.state !== 'active') throw unauthenticated('The account is deactivated. Ask an admin.');
  if (known !== null) await complete(tx, principal, claims, happened);
  happened.push(...(await takeGroups(tx, rules, linked, claims)));
  await record(tx, internalOrigin(), happened);
  return principal.id;
}

/** What Cadastre does about somebody who signs in. */
export function internalOrigin(): Origin {
  const request = internalRequest('signIn');
  return originOf(request, requireAction(request, 'identity.manage'));
}

async function meetFirst(tx: Tx, rules: Rules, claims: Claims, happened: Recorded[]): Promise<Principal> {
  const principal = await find(tx, rules, claims, happened);
  await link(tx, claims, principal.id);
  happened.push(identityLinked(principal, { issuer: claims.issuer, subject: claims.subject }));
  return principal;
}

async function find(tx: Tx, rules: Rules, claims: Claims, happened: Recorded[]): Promise<Principal> {
  const holder = claims.email === null ? null : await lockPrincipalByEmail(tx, claims.email);
  const named = await lockNamedStub(tx, claims);
  const meeting = meet(named, holder, holder !== null && (await isLinked(tx, claims.issuer, holder.id)));
  if (meeting.kind === 'refuse') throw unauthenticated(meeting.reason);
  if (meeting.kind === 'join') return meeting.principal;
  const isEmailTheirs = meeting.kind === 'claim' ? holder === null || holder.id === meeting.principal.id : meeting.keepsEmail;
  const newcomer: User = {
    kind: 'user',
    id: meeting.kind === 'claim' ? meeting.principal.id : newId('user', toMs(tx.now)),
    name: claims.name ?? claims.email ?? UNNAMED,
    email: isEmailTheirs ? claims.email : null,
    state: 'active',
    roles: rules.newcomerRole === null ? [] : [rules.newcomerRole],
  };
  if (meeting.kind === 'claim') {
    await claimStub(tx, newcomer);
    happened.push(userClaimed(meeting.principal, newcomer));
    return newcomer;
  }
  return make(tx, newcomer, happened);
}

async function make(tx: Tx, newcomer: User, happened: Recorded[]): Promise<Principal> {
  // Somebody else may have come to this address in between: then it is theirs.
  const made = (await addPrincipal(tx, newcomer)) ? newcomer : { ...newcomer, email: null };
  if (made !== newcomer) await addPrincipal(tx, made);
  happened.push(userCreated(made));
  return made;
}

/** A token may say little of somebody at first, and the next one more: a name, or an address that is verified now. */
async function complete(tx: Tx, principal: Principal, { name, email }: Claims, happened: Recorded[]): Promise<void> {
  if (principal.kind !== 'user') return;
  const isNamed = principal.name !== UNNAMED && principal.name !== principal.email;
  const newName = isNamed || name === null || name === principal.name ? null : name;
  const newEmail = principal.email === null && email !== null && (await setEmail(tx, principal.id, email)) ? email : null;
  if (newName !== null) await setName(tx, principal.id, newName);
  if (newName !== null || newEmail !== null)
    happened.push(
      profileCompleted(principal, { ...principal, name: newName ?? principal.name, email: newEmail ?? principal.email }),
    );
}

/** Whom nothing was said about but that they are somebody. */
const UNNAMED = 'Unnamed';
