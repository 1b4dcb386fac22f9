import type { Origin } from '../audit/append.ts';
import type { Tx } from '../db/database.ts';
import { badInput, notFound } from '../fault.ts';
import { EMAIL_NAMESPACE, findOrStub } from './principals.ts';

/** Somebody, by id or by address. */
export interface OwnerInput {
  readonly principalId?: string | null;
  readonly email?: string | null;
}

const OWNERS_MAX = 100;
const EMAIL = /^[^\s@]{1,64}@[^\s@]{1,190}$/u;

/** For whoever says so before anything is looked up. @throws Fault BAD_USER_INPUT */
export function requireFewOwners(owners: readonly OwnerInput[]): void {
  if (owners.length > OWNERS_MAX) throw badInput(`owners: at most ${OWNERS_MAX} at once.`);
}

/**
 * Ids of owners who were named by id or by address; who is not known by an address yet becomes a stub.
 * @throws Fault BAD_USER_INPUT and NOT_FOUND
 */
export async function ownerIds(tx: Tx, origin: Origin, owners: readonly OwnerInput[]): Promise<readonly string[]> {
  requireFewOwners(owners);
  const given = owners.flatMap(({ principalId }) => (principalId === undefined || principalId === null ? [] : [principalId]));
  const known = await inService(tx, given);
  const unknown = given.find((id) => !known.has(id));
  if (unknown !== undefined) throw notFound(`The principal ${unknown.slice(0, 60)}`);
  const emails = owners.flatMap(({ email }) => (email === undefined || email === null ? [] : [email.trim()]));
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

/** Which of these may be named as owners. */
async function inService(tx: Tx, ids: readonly string[]): Promise<ReadonlySet<string>> {
  if (ids.length === 0) return new Set();
  const rows = await tx.query<{ id: string }>(
    `select id from kernel.principal where id = any($1) and state <> 'deactivated'`,
    [ids],
    'identity_in_service',
  );
  return new Set(rows.map(({ id }) => id));
}
