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
  const unknown = names.filter((_, place) => !known.has(place));
  if (unknown.length === 0) return names.map((name, place) => idOf(name, known.get(place)));
  await stub(tx, origin, unknown);
  // Somebody else may have made the same stub in between: read back instead of trusting our own ids.
  const all = await find(tx, names);
  return names.map((name, place) => idOf(name, all.get(place)));
}

function idOf({ namespace }: ExternalName, id: string | undefined): string {
  if (id === undefined) throw new Error(`a principal of ${namespace} was stubbed and cannot be read back`);
  return id;
}

/** The one spelling of a name. The database folds case in each place, because another's idea of it differs in some letters. */
const FOLDED = `case when n.namespace = '${EMAIL_NAMESPACE}' then lower(n.name) else n.name end`;

/** Ids by the places of the names. Who has an address now goes before who was once stubbed under it. */
async function find(tx: Tx, names: readonly ExternalName[]): Promise<ReadonlyMap<number, string>> {
  const rows = await tx.query<{ place: number; id: string }>(
    `select n.place, p.id from json_to_recordset($1) as n(place int, namespace text, name text)
     cross join lateral (
       select id, 0 as way from kernel.principal where n.namespace = '${EMAIL_NAMESPACE}' and lower(email) = lower(n.name)
       union all
       select id, 1 from kernel.principal where external_namespace = n.namespace and external_name = ${FOLDED}
       order by way limit 1) p`,
    [JSON.stringify(names.map((name, place) => ({ ...name, place })))],
    'identity_find',
  );
  return new Map(rows.map((row) => [row.place, row.id]));
}

async function stub(tx: Tx, origin: Origin, names: readonly ExternalName[]): Promise<void> {
  const stubs = names.map(({ namespace, name }) => ({ id: newId('user', toMs(tx.now)), namespace, name }));
  const made = await tx.query<{ id: string }>(
    `insert into kernel.principal (id, kind, name, email, state, external_namespace, external_name, recorded_at)
     select n.id, 'user', n.name, case when n.namespace = '${EMAIL_NAMESPACE}' then n.name end, 'stub', n.namespace, ${FOLDED}, $2
     from json_to_recordset($1) as n(id text, namespace text, name text)
     -- Everybody makes them in one order, so that two crawls that meet the same people never wait for each other in a ring.
     order by n.namespace, ${FOLDED}, n.id
     on conflict do nothing returning id`,
    [JSON.stringify(stubs), tx.now],
    'identity_stub',
  );
  const mine = new Set(made.map((row) => row.id));
  await record(
    tx,
    origin,
    stubs.filter(({ id }) => mine.has(id)).map(({ id, name, namespace }) => stubbed(id, name, namespace)),
  );
}

const stubbed = (id: string, name: string, namespace: string): Recorded => ({
  action: 'governance.principal.stubbed.v1',
  subject: { type: 'User', id, digest: digestOf({ id, state: 'stub' }) },
  aggregateId: id,
  fields: ['name', 'external'],
  detail: { name, namespace },
  payload: { principalId: id },
});
