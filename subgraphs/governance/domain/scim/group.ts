import { isId } from '../../../../kernel/ids.ts';
import { isObject, type JsonObject } from './matches.ts';
import { scimFault, statusFault } from './scimFault.ts';
import { textOf } from './user.ts';

/** A group as a provider wants it here. */
export interface WantedGroup {
  readonly name: string;
  readonly externalId: string | null;
  readonly memberIds: ReadonlySet<string>;
}

const NAME_MAX = 200;
export const MEMBERS_MAX = 10_000;

/** @param resource in the names and types of the schema @throws Fault BAD_USER_INPUT invalidValue, LIMIT_EXCEEDED */
export function readGroup({ displayName, externalId, members }: JsonObject): WantedGroup {
  const name = textOf(displayName)?.trim() ?? '';
  if (name === '' || name.length > NAME_MAX)
    throw scimFault('invalidValue', `displayName must have 1 to ${NAME_MAX} characters.`);
  const memberIds = new Set(Array.isArray(members) ? members.map(memberId) : []);
  if (memberIds.size > MEMBERS_MAX)
    throw statusFault('LIMIT_EXCEEDED', 413, `A group has at most ${MEMBERS_MAX} members. Split it into several.`);
  return { name, externalId: textOf(externalId), memberIds };
}

/** The same group as a client changes it. */
export const groupDocument = ({ name, externalId, memberIds }: WantedGroup): JsonObject => ({
  displayName: name,
  ...(externalId !== null && { externalId }),
  ...(memberIds.size > 0 && { members: [...memberIds].map((value) => ({ value })) }),
});

function memberId(member: unknown): string {
  const id = isObject(member) ? member['value'] : undefined;
  if (typeof id === 'string' && isId('user', id)) return id;
  throw scimFault(
    'invalidValue',
    'Each of the members needs the id of a person as value, e.g. {"value":"usr_…"}. Groups in groups are not kept.',
  );
}
