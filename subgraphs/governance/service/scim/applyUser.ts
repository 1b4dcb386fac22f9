import type { Recorded } from '../../../../kernel/audit/record.ts';
import { canonicalJson } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { refuseGrant } from '../../domain/granting.ts';
import type { User } from '../../domain/principal.ts';
import { type Said, userChanged } from '../../domain/scim/happening.ts';
import { scimFault } from '../../domain/scim/scimFault.ts';
import type { WantedUser } from '../../domain/scim/user.ts';
import { setName } from '../../store/changePrincipal.ts';
import { changeKept, setAddress } from '../../store/scim/kept.ts';
import type { Kept } from '../../store/scim/resourceRow.ts';
import type { ScimCall } from './call.ts';
import { letIn, putOut } from './standing.ts';

export interface KeptUser {
  readonly user: User;
  readonly kept: Kept;
}

/**
 * Makes somebody what the provider wants. Whether they may sign in changes only when the provider changes its mind: who was put
 * out by hand stays out when the provider repeats what it said before.
 * @param more fields that changed besides
 * @returns what happened; nothing where all is as wanted
 */
export async function applyUser(
  tx: Tx,
  call: ScimCall,
  { user, kept }: KeptUser,
  wanted: WantedUser,
  more: readonly string[],
): Promise<readonly Recorded[]> {
  const active = wanted.active ?? kept.active;
  const [before, after] = [saidOf({ ...kept, email: user.email, name: user.name }), saidOf(wanted)];
  const fields = [...more, ...changedFields(before, after)];
  if (fields.length === 0 && active === kept.active) return [];
  if (wanted.email !== user.email) await changeAddress(tx, call, user, wanted.email);
  if (wanted.name !== user.name) await setName(tx, user.id, wanted.name);
  await changeKept(tx, user.id, { externalId: wanted.externalId, active, attributes: wanted.attributes });
  const changed: User = { ...user, name: wanted.name, email: wanted.email };
  const told = fields.length === 0 ? [] : [userChanged(changed, fields, before, after)];
  if (active === kept.active) return told;
  return [...told, ...(active ? await letIn(tx, changed) : await putOut(tx, call.kernel, changed))];
}

/** Who has the address of somebody signs in as them: so it takes the roles that they have. */
async function changeAddress(tx: Tx, { request }: ScimCall, { id, roles, email }: User, wanted: string): Promise<void> {
  const isSame = email?.toLowerCase() === wanted.toLowerCase();
  if (!isSame && refuseGrant(request.principal, roles) !== null)
    throw scimFault(
      'mutability',
      `${id} has roles that the account of this token has not: their userName stays. Give the account the roles, or change the person by hand.`,
    );
  if (!(await setAddress(tx, id, wanted))) throw scimFault('uniqueness', 'Somebody else has this userName already.');
}

const saidOf = ({ name, email, externalId, attributes }: Said): Said => ({ name, email, externalId, attributes });

function changedFields(before: Said, after: Said): readonly string[] {
  const fields = ['name', 'email', 'externalId'] as const;
  const names = new Set([...Object.keys(before.attributes), ...Object.keys(after.attributes)]);
  return [
    ...fields.filter((field) => before[field] !== after[field]),
    ...[...names].filter(
      (name) => canonicalJson(before.attributes[name] ?? null) !== canonicalJson(after.attributes[name] ?? null),
    ),
  ].filter((field, place, all) => all.indexOf(field) === place);
}
