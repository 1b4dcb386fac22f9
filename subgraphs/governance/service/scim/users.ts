import { record, type Recorded } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { Fault, notFound } from '../../../../kernel/fault.ts';
import { newId } from '../../../../kernel/ids.ts';
import { toMs } from '../../../../kernel/time.ts';
import { userClaimed, userCreated } from '../../domain/happening.ts';
import type { Principal, User } from '../../domain/principal.ts';
import { userChanged } from '../../domain/scim/happening.ts';
import type { JsonObject } from '../../domain/scim/matches.ts';
import { scimFault } from '../../domain/scim/scimFault.ts';
import { readUser, userDocument, type WantedUser } from '../../domain/scim/user.ts';
import { addPrincipal } from '../../store/addPrincipal.ts';
import { claimStub } from '../../store/claimStub.ts';
import { lockAdmins } from '../../store/lockAdmins.ts';
import { lockToChange } from '../../store/changePrincipal.ts';
import { lockPrincipalByEmail } from '../../store/lockPrincipalByEmail.ts';
import { keep, letGo, lockKept, touchKept } from '../../store/scim/kept.ts';
import { groupIdsOf } from '../../store/scim/members.ts';
import type { Kept } from '../../store/scim/resourceRow.ts';
import { changing, type ScimCall } from './call.ts';
import { applyUser } from './applyUser.ts';
import { changeMembers, withRoles } from './members.ts';
import { putOut } from './standing.ts';
import { requireVersion } from './version.ts';

/**
 * Makes a person, or takes over whoever has the address: a stub, which becomes the person, somebody who was made by hand, or
 * somebody whom the provider had let go. They keep their id.
 * @returns the id
 * @throws Fault CONFLICT uniqueness
 */
export function createUser(call: ScimCall, resource: JsonObject): Promise<string> {
  const wanted = readUser(resource);
  return changing(call, 'scim.createUser', async (tx, origin) => {
    const newcomer = call.kernel.provider?.settings.newcomerRole ?? null;
    const user: Addressed = {
      kind: 'user',
      id: newId('user', toMs(tx.now)),
      name: wanted.name,
      email: wanted.email,
      state: wanted.active === false ? 'deactivated' : 'active',
      roles: newcomer === null ? [] : [newcomer],
    };
    if (!(await addPrincipal(tx, user))) return takeOver(tx, call, user, wanted, (events) => record(tx, origin, events));
    await keep(tx, 'user', user.id, keeping(wanted));
    await record(tx, origin, [userCreated(user)]);
    return user.id;
  });
}

type Addressed = User & { readonly email: string };
type Record = (events: readonly Recorded[]) => Promise<unknown>;

async function takeOver(tx: Tx, call: ScimCall, user: Addressed, wanted: WantedUser, tell: Record): Promise<string> {
  await lockAdmins(tx);
  const holder = await lockPrincipalByEmail(tx, wanted.email);
  if (holder === null) throw new Fault('CONFLICT', { public: 'Somebody else changed who has this address. Try again.' });
  const kept = await lockKept(tx, holder.id);
  refuseTaken(holder, kept);
  if (holder.state === 'stub') {
    const claimed = { ...user, id: holder.id };
    await claimStub(tx, claimed);
    await keep(tx, 'user', claimed.id, keeping(wanted));
    await tell([userClaimed(holder, claimed)]);
    return claimed.id;
  }
  const isActive = kept === null;
  await keep(tx, 'user', holder.id, {
    externalId: kept?.externalId ?? null,
    active: isActive,
    attributes: kept?.attributes ?? {},
  });
  const before = await lockKept(tx, holder.id);
  if (before === null || holder.kind !== 'user') throw taken();
  await tell(
    await applyUser(tx, call, { user: holder, kept: before }, { ...wanted, active: wanted.active ?? true }, ['provisioning']),
  );
  return holder.id;
}

/** Who was put out by hand does not come back because the provider lists them. */
function refuseTaken(holder: Principal, kept: Kept | null): void {
  if (holder.kind !== 'user' || (kept !== null && !kept.isRemoved)) throw taken();
  if (kept === null && holder.state === 'deactivated')
    throw scimFault(
      'uniqueness',
      `${holder.id} has this address and is deactivated by hand. An admin lets them in again with reactivateUser.`,
    );
}

const taken = (): Fault => scimFault('uniqueness', 'Somebody has this userName already. Find them with the filter userName eq.');

const keeping = ({ externalId, active, attributes }: WantedUser) => ({ externalId, active: active ?? true, attributes });

/** Makes somebody what `change` makes of what the provider said last. @throws Fault NOT_FOUND, CONFLICT */
export function changeUser(
  call: ScimCall,
  id: string,
  operation: string,
  change: (before: JsonObject) => JsonObject,
): Promise<void> {
  return changing(call, operation, async (tx, origin) => {
    const { kept, user } = await lockUser(tx, id);
    requireVersion(call, kept);
    const wanted = readUser(change(userDocument({ ...kept, email: kept.email ?? '' })));
    await record(tx, origin, await applyUser(tx, call, { user, kept }, wanted, []));
  });
}

/** Lets go of somebody: they are put out and leave the groups of the provider. @throws Fault NOT_FOUND, CONFLICT */
export function deleteUser(call: ScimCall, id: string): Promise<void> {
  return changing(call, 'scim.deleteUser', async (tx, origin) => {
    const { kept, user } = await lockUser(tx, id);
    requireVersion(call, kept);
    const out = await putOut(tx, call.kernel, user);
    const groupIds = await groupIdsOf(tx, id);
    const left = await withRoles(tx, call, { teamId: id, memberIds: [id] }, async () => {
      const happened: Recorded[] = [];
      for (const groupId of groupIds) happened.push(...(await changeMembers(tx, groupId, { joined: [], left: [id] })));
      return happened;
    });
    await touchKept(tx, groupIds);
    await letGo(tx, id);
    const gone = out.length > 0 ? out : [userChanged(user, ['provisioning'], null, null)];
    await record(tx, origin, [...gone, ...left]);
  });
}

async function lockUser(tx: Tx, id: string): Promise<{ readonly kept: Kept; readonly user: User }> {
  const kept = await lockKept(tx, id);
  if (kept === null || kept.isRemoved) throw notFound('This person');
  await lockAdmins(tx);
  const user = await lockToChange(tx, id);
  if (user?.kind !== 'user') throw notFound('This person');
  // Who waited for the person knows them only now.
  return { kept: { ...kept, name: user.name, email: user.email, state: user.state }, user };
}
