import { badInput } from '../fault.ts';

const KEY_MAX = 200;
const REASON_MAX = 1_000;
/** Deeper values overflow the stack of the embedded engine. */
const DEPTH_MAX = 50;

/** What holds for the input of any mutation. @throws Fault BAD_USER_INPUT */
export function checkInput(input: { readonly idempotencyKey: string; readonly reason?: string | null }): void {
  const { idempotencyKey, reason } = input;
  if (idempotencyKey.length < 1 || idempotencyKey.length > KEY_MAX)
    throw badInput(`idempotencyKey must have 1 to ${KEY_MAX} characters, e.g. a UUID.`);
  if ((reason?.length ?? 0) > REASON_MAX) throw badInput(`reason has more than ${REASON_MAX} characters.`);
  for (const [name, value] of Object.entries(input)) {
    if (isDeeper(value, DEPTH_MAX)) throw badInput(`${name} is nested more than ${DEPTH_MAX} levels deep.`);
    if (!isStorable(value)) throw badInput(`${name} has a character that cannot be stored: U+0000, or half of a surrogate pair.`);
  }
}

function isStorable(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed() && !value.includes('\0');
  return typeof value !== 'object' || value === null || Object.values(value).every(isStorable);
}

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((part) => isDeeper(part, levels - 1)));
