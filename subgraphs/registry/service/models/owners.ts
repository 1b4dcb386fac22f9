import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { badInput, notFound } from '../../../../kernel/fault.ts';
import { EMAIL_NAMESPACE, findOrStub } from '../../../../kernel/identity/principals.ts';
import { knownOwners } from '../../store/writeModels.ts';

export type OwnerInput = { readonly principalId?: string | null; readonly email?: string | null };

const OWNERS_MAX = 100;
const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,190}$/u;

/** Ids of owners who were named by id or by address; who is not known by an address yet becomes a stub. */
export async function ownerIds(tx: Tx, origin: Origin, owners: readonly OwnerInput[]): Promise<readonly string[]> {
  if (owners.length > OWNERS_MAX) throw badInput(`owners: at most ${OWNERS_MAX}.`);
  const given = owners.flatMap(({ principalId }) => (typeof principalId === 'string' ? [principalId] : []));
  const known = await knownOwners(tx, given);
  const unknown = given.find((id) => !known.has(id));
  if (unknown !== undefined) throw notFound(`The principal ${unknown.slice(0, 60)}`);
  const emails = owners.flatMap(({ email }) => (typeof email === 'string' ? [email.trim()] : []));
  const wrong = emails.find((email) => !EMAIL.test(email));
  if (wrong !== undefined)
    throw badInput(`"${wrong.slice(0, 60)}" is not an e-mail address. A right one looks like ana@example.com.`);
  const stubs = await findOrStub(
    tx,
    origin,
    emails.map((name) => ({ namespace: EMAIL_NAMESPACE, name })),
  );
  return [...new Set([...given, ...stubs])].toSorted();
}
