import { isObject, type Json, type JsonObject } from './matches.ts';
import { scimFault } from './scimFault.ts';

export interface Operation {
  readonly op: 'add' | 'remove' | 'replace';
  /** Null for the resource itself. */
  readonly path: string | null;
  readonly value: Json | undefined;
}

const OPERATIONS_MAX = 1_000;
const MESSAGE = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';

/** The body of a PATCH. Names count without regard to case: some clients write `Add`. @throws Fault BAD_USER_INPUT invalidSyntax */
export function readPatch(body: unknown): readonly Operation[] {
  if (!isObject(body)) throw scimFault('invalidSyntax', 'Send a JSON object.');
  const schemas = valueOf(body, 'schemas');
  if (
    schemas !== undefined &&
    !listOf(schemas).some((one) => typeof one === 'string' && one.toLowerCase() === MESSAGE.toLowerCase())
  )
    throw scimFault('invalidSyntax', `schemas must have ${MESSAGE}.`);
  const operations = valueOf(body, 'operations');
  if (!Array.isArray(operations) || operations.length === 0 || operations.length > OPERATIONS_MAX)
    throw scimFault('invalidSyntax', `Operations must be a list of 1 to ${OPERATIONS_MAX} operations.`);
  return operations.map(readOperation);
}

function readOperation(written: unknown, place: number): Operation {
  const where = `Operations[${place}]`;
  if (!isObject(written)) throw scimFault('invalidSyntax', `${where} must be an object.`);
  const [named, path] = [valueOf(written, 'op'), valueOf(written, 'path') ?? null];
  const op = typeof named === 'string' ? named.toLowerCase() : '';
  if (op !== 'add' && op !== 'remove' && op !== 'replace')
    throw scimFault('invalidSyntax', `${where}.op must be add, remove or replace.`);
  if (path !== null && typeof path !== 'string') throw scimFault('invalidPath', `${where}.path must be a text.`);
  return { op, path: path === '' ? null : path, value: valueOf(written, 'value') };
}

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [value]);

const valueOf = (object: JsonObject, name: string): Json | undefined =>
  object[name] ?? Object.entries(object).find(([key]) => key.toLowerCase() === name)?.[1];
