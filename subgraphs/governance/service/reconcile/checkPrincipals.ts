import { checking } from '../../../../kernel/audit/reconcile/checking.ts';
import { digestOf } from '../../../../kernel/canonical.ts';
import { internalPrincipal } from '../../../../kernel/identity/internal.ts';
import type { Told } from '../../../../kernel/audit/reconcile/eventsOf.ts';
import { type Finding, finding, firstOf, shown } from '../../../../kernel/audit/reconcile/finding.ts';
import { ERASED_NAME } from '../../domain/erasure.ts';
import { type PrincipalToCheck, principalsAfter } from '../../store/reconcile/principalRows.ts';

const TYPES = { user: 'User', team: 'Team', service: 'ServiceAccount' } as const;
const STUBBED = 'governance.principal.stubbed.v1';
const ERASED = 'governance.person.erased.v1';

/** State and roles are those of the last event; name, address, owner and group are what its detail says, as long as it is kept. */
export const checkPrincipals = checking(principalsAfter, check);

function check(row: PrincipalToCheck, events: readonly Told[]): Finding | null {
  const subject = { type: TYPES[row.kind], id: row.id };
  if (row.id === internalPrincipal.id) return checkInternal(row);
  // Who is in a team, and what holds somebody, is said of them with a digest of its own.
  const own = events.filter(({ action, digest }) => digest !== null && !/^governance\.(?:members|hold)\./.test(action));
  const [last] = own;
  if (last === undefined)
    return finding('UNEXPLAINED_ROW', subject, 'No event tells how it came to be there.', { found: row.id });
  const { id, state } = row;
  const roles = [...new Set(row.roles)];
  const other = (what: string, expected: unknown, found: unknown, eventId: string): Finding =>
    finding('OTHER_STATE', subject, `${what} not what its last event says.`, {
      expected: shown(expected),
      found: shown(found),
      eventId,
    });
  return firstOf(
    () => {
      const digest = last.action === STUBBED && roles.length === 0 ? digestOf({ id, state }) : digestOf({ id, state, roles });
      return digest === last.digest ? null : other('State or roles are', last.digest, { state, roles }, last.id);
    },
    ...FIELDS.map(({ field, what, read, valueOf }) => () => {
      const event = own.find((one) => tellsOf(field, one));
      const said = event === undefined ? undefined : event.action === ERASED ? erased(field) : detailSays(read, event);
      if (event === undefined || said === undefined) return null;
      const found = valueOf(row);
      return said === found ? null : other(what, said, found, event.id);
    }),
  );
}

/** A stub was named by its address, perhaps; a provider that takes somebody over may bring name and address of its own. */
function tellsOf(field: string, { fields, detail }: Told): boolean {
  if (fields.includes(field) || (field === 'email' && fields.includes('external'))) return true;
  const isTakenOver = fields.includes('provisioning') && (field === 'name' || field === 'email');
  return isTakenOver && (detail === null || typeof afterOf(detail) === 'object');
}

/** Undefined where there is none. */
const afterOf = ({ after: value }: Readonly<Record<string, unknown>>): unknown => value ?? undefined;

type Reader = (detail: Readonly<Record<string, unknown>>, event: Told) => unknown;

interface Field {
  readonly field: string;
  readonly what: string;
  readonly valueOf: (row: PrincipalToCheck) => string | null;
  /** Undefined where the detail does not say it. */
  readonly read: Reader;
}

const detailSays = (read: Reader, event: Told): unknown => (event.detail === null ? undefined : read(event.detail, event));

const erased = (field: string): unknown => (field === 'name' ? ERASED_NAME : field === 'email' ? null : undefined);

/** `{ after: { name } }`, or `{ after }` where only this was changed. */
const after =
  (field: string): Reader =>
  ({ after: value }) =>
    typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[field] : undefined;

const afterItself: Reader = ({ after: value }) => (typeof value === 'object' && value !== null ? undefined : value);

const FIELDS: readonly Field[] = [
  {
    field: 'name',
    what: 'The name is',
    valueOf: ({ name }) => name,
    read: (detail, event) =>
      event.action === STUBBED ? detail['name'] : (after('name')(detail, event) ?? afterItself(detail, event)),
  },
  {
    field: 'email',
    what: 'The e-mail address is',
    valueOf: ({ email }) => email,
    read: (detail, event) =>
      event.action === STUBBED ? (detail['namespace'] === 'mailto' ? detail['name'] : null) : after('email')(detail, event),
  },
  {
    field: 'owner',
    what: 'Who answers for it is',
    valueOf: ({ ownerId }) => ownerId,
    read: (detail, event) => {
      const made = after('ownerId')(detail, event);
      return made === undefined ? afterItself(detail, event) : made;
    },
  },
  { field: 'group', what: 'The group is', valueOf: ({ externalName }) => externalName, read: afterItself },
];

/** A migration made it, and nothing ever changes it. */
function checkInternal({ id, kind, roles, state, name, ownerId }: PrincipalToCheck): Finding | null {
  const { roles: own, kind: ownKind, name: ownName } = internalPrincipal;
  const expected = { kind: ownKind, roles: own, state: 'active', name: ownName, ownerId: null };
  const found = { kind, roles, state, name, ownerId };
  if (digestOf(expected) === digestOf(found)) return null;
  return finding('OTHER_STATE', { type: 'ServiceAccount', id }, 'It is not as it was built in.', {
    expected: shown(expected),
    found: shown(found),
  });
}
