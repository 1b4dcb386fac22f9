import { z } from 'zod';
import { badInput, Fault } from '../kernel/fault.ts';
import type { Client, Operation } from './client.ts';
import { didYouMean } from './suggestion.ts';

const KINDS = {
  USER: { type: 'User', one: 'a person', list: 'cadastre users list' },
  TEAM: { type: 'Team', one: 'a team', list: 'cadastre teams list' },
  SERVICE: { type: 'ServiceAccount', one: 'a service', list: 'cadastre keys list' },
} as const;

export type PrincipalKind = keyof typeof KINDS;

const ANY: readonly PrincipalKind[] = ['USER', 'TEAM', 'SERVICE'];
const ID = /^(?:usr|tea|svc)_/;

/** How an argument that names somebody is described. */
export const PRINCIPAL = 'id or name; people also by e-mail address';

/**
 * The id of whom somebody named: by id, by name or, a person, by e-mail address.
 * @throws Fault NOT_FOUND with what is near, BAD_USER_INPUT when several have the name or it is somebody of another kind
 */
export async function principalId(client: Client, written: string, kinds: readonly PrincipalKind[] = ANY): Promise<string> {
  if (ID.test(written)) return knownId(client, written, kinds);
  const found = await named(client, written, kinds);
  const exact = found.filter(({ name }) => name === written);
  const [only, ...others] = exact.length === 1 ? exact : found;
  if (only === undefined) throw await unknown(client, written, kinds);
  if (others.length > 0)
    throw badInput(`${found.length} have the name "${written}". Give the id of one: ${found.map(({ id }) => id).join(', ')}.`);
  return only.id;
}

async function knownId(client: Client, id: string, kinds: readonly PrincipalKind[]): Promise<string> {
  const { principal } = await client.ask(BY_ID, { variables: { id } });
  if (principal === null) throw notKnown(id, '', kinds);
  const kind = ANY.find((one) => KINDS[one].type === principal.__typename);
  if (kind !== undefined && !kinds.includes(kind))
    throw badInput(`${id} is ${KINDS[kind].one}, and not ${kinds.map((one) => KINDS[one].one).join(' or ')}.`);
  return id;
}

/** At most one has an address; a name may be that of many. */
async function named(client: Client, written: string, kinds: readonly PrincipalKind[]): Promise<readonly Listed[]> {
  const isAddress = written.includes('@');
  const filter = { kinds, ...(isAddress ? { email: written } : { namePrefix: written }) };
  const found = await list(client, filter, 100);
  return isAddress ? found : found.filter(({ name }) => name.toLowerCase() === written.toLowerCase());
}

async function unknown(client: Client, written: string, kinds: readonly PrincipalKind[]): Promise<Fault> {
  const namePrefix = [...written][0] ?? '';
  const near = written.includes('@') ? [] : await list(client, { kinds, namePrefix }, 500);
  const names = near.map(({ name }) => name);
  return notKnown(`"${written}"`, didYouMean(written, names), kinds);
}

function notKnown(whom: string, suggestion: string, kinds: readonly PrincipalKind[]): Fault {
  const lists = kinds.flatMap((kind) => KINDS[kind].list ?? []).map((command) => `\`${command}\``);
  return new Fault('NOT_FOUND', { public: `${whom} was not found.${suggestion} See ${lists.join(' and ')}.` });
}

const list = async (client: Client, filter: object, first: number): Promise<readonly Listed[]> =>
  (await client.ask(LIST, { variables: { filter, first } })).principals.edges.map(({ node }) => node);

const listed = z.object({ id: z.string(), name: z.string() });
type Listed = z.infer<typeof listed>;
const listAnswer = z.object({ principals: z.object({ edges: z.array(z.object({ node: listed })) }) });
const LIST: Operation<z.infer<typeof listAnswer>> = {
  source: `query CliPrincipals($filter: PrincipalFilter, $first: Int) { principals(filter: $filter, first: $first) { edges { node { id name } } } }`,
  answer: listAnswer,
};

const byId = z.object({ principal: z.object({ __typename: z.string() }).nullable() });
const BY_ID: Operation<z.infer<typeof byId>> = {
  source: 'query CliPrincipal($id: ID!) { principal(id: $id) { __typename } }',
  answer: byId,
};
