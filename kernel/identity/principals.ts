import type { Origin } from '../audit/append.ts';
import { record, type Recorded } from '../audit/record.ts';
import { digestOf } from '../canonical.ts';
import type { Tx } from '../db/database.ts';
import { newId } from '../ids.ts';
import { toMs } from '../time.ts';

/** A name that a source or a file gave somebody, e.g. a database role. */
export interface ExternalName {
  readonly namespace: string;
  readonly name: string;
}

/** E-mail addresses are names in this namespace, whoever mentions them. */
export const EMAIL_NAMESPACE = 'mailto';

/**
 * Finds the principals with these external names and makes stubs of the unknown ones, to be claimed by a later sign-in.
 * @returns ids in the order of the names
 */
export async function findOrStub(tx: Tx, origin: Origin, names: readonly ExternalName[]): Promise<readonly string[]> {
  if (names.length === 0) return [];
  const known = await find(tx, names);
  const unknown = [...new Map(names.map((name) => [keyOf(name), name])).values()].filter((name) => !known.has(keyOf(name)));
  if (unknown.length > 0) for (const [key, id] of await stub(tx, origin, unknown)) known.set(key, id);
  return names.map((name) => known.get(keyOf(name)) ?? '');
}

const keyOf = ({ namespace, name }: ExternalName): string =>
  JSON.stringify([namespace, namespace === EMAIL_NAMESPACE ? name.toLowerCase() : name]);

async function find(tx: Tx, names: readonly ExternalName[]): Promise<Map<string, string>> {
  const rows = await tx.query<{ id: string; namespace: string; name: string }>(
    `select p.id, n.namespace, n.name from json_to_recordset($1) as n(namespace text, name text)
     join kernel.principal p on (p.external_namespace = n.namespace and p.external_name = n.name)
       or (n.namespace = '${EMAIL_NAMESPACE}' and lower(p.email) = lower(n.name))`,
    [JSON.stringify(names)],
    'identity_find',
  );
  return new Map(rows.map((row) => [keyOf(row), row.id]));
}

async function stub(tx: Tx, origin: Origin, names: readonly ExternalName[]): Promise<ReadonlyMap<string, string>> {
  const stubs = names.map((name) => ({
    id: newId('user', toMs(tx.now)),
    name: name.name,
    email: name.namespace === EMAIL_NAMESPACE ? name.name : null,
    external_namespace: name.namespace,
    external_name: name.namespace === EMAIL_NAMESPACE ? name.name.toLowerCase() : name.name,
  }));
  const made = await tx.query<{ id: string }>(
    `insert into kernel.principal (id, kind, name, email, state, external_namespace, external_name, recorded_at)
     select id, 'user', name, email, 'stub', external_namespace, external_name, $2
     from json_to_recordset($1) as s(id text, name text, email text, external_namespace text, external_name text)
     on conflict do nothing returning id`,
    [JSON.stringify(stubs), tx.now],
    'identity_stub',
  );
  const mine = new Set(made.map((row) => row.id));
  await record(
    tx,
    origin,
    stubs.filter(({ id }) => mine.has(id)).map(({ id, name, external_namespace }) => stubbed(id, name, external_namespace)),
  );
  // Somebody else may have made the same stub in between: read back instead of trusting our own ids.
  return find(tx, names);
}

const stubbed = (id: string, name: string, namespace: string): Recorded => ({
  action: 'governance.principal.stubbed.v1',
  subject: { type: 'User', id, digest: digestOf({ id, state: 'stub' }) },
  aggregateId: id,
  fields: ['name', 'external'],
  detail: { name, namespace },
  payload: { principalId: id },
});
