import { checkEmail, checkName } from '../writtenText.ts';
import type { Fault } from '../../../../kernel/fault.ts';
import { isObject, type JsonObject } from './matches.ts';
import { scimFault } from './scimFault.ts';

/** A person as a provider wants them here. */
export interface WantedUser {
  readonly email: string;
  /** What the others see. */
  readonly name: string;
  readonly externalId: string | null;
  /** Null where the provider does not say. */
  readonly active: boolean | null;
  /** What is kept as it was said. */
  readonly attributes: JsonObject;
}

const EMAILS_MAX = 20;

/** @param resource in the names and types of the schema @throws Fault BAD_USER_INPUT invalidValue */
export function readUser(resource: JsonObject): WantedUser {
  const { userName, externalId, active, name, displayName, title, emails } = resource;
  if (typeof userName !== 'string') throw scimFault('invalidValue', 'userName is missing: the e-mail address of the person.');
  if (Array.isArray(emails) && emails.length > EMAILS_MAX)
    throw scimFault('invalidValue', `A person has at most ${EMAILS_MAX} emails.`);
  const email = named('userName', () => checkEmail(userName));
  return {
    email,
    name: named('The name', () => checkName('displayName', textOf(displayName) ?? wholeName(name) ?? email)),
    externalId: textOf(externalId),
    active: typeof active === 'boolean' ? active : null,
    attributes: Object.fromEntries(
      Object.entries({ name, displayName, title, emails }).filter(([, value]) => value !== undefined),
    ) as JsonObject,
  };
}

/** The same person as a client sees and changes them. `active` is what the provider said last, not whether they are put out here. */
export const userDocument = ({ email, externalId, active, attributes }: Omit<WantedUser, 'name'>): JsonObject => ({
  ...attributes,
  userName: email,
  ...(externalId !== null && { externalId }),
  ...(active !== null && { active }),
});

function wholeName(name: unknown): string | null {
  if (!isObject(name)) return null;
  const parts = [name['givenName'], name['familyName']].filter((one) => typeof one === 'string');
  return textOf(name['formatted']) ?? (parts.length === 0 ? null : parts.join(' '));
}

export const textOf = (value: unknown): string | null => (typeof value === 'string' && value.trim() !== '' ? value : null);

/** A fault of the texts as SCIM has it. */
function named(what: string, read: () => string): string {
  try {
    return read();
  } catch (error) {
    throw scimFault('invalidValue', `${what}: ${(error as Fault).message}`);
  }
}
