import { randomUUID } from 'node:crypto';
import type { RequestContext } from '../../kernel/context.ts';
import type { WholeGraph } from './wholeGraph.ts';

// oxlint-disable-next-line typescript/no-explicit-any -- answers of arbitrary test queries
type Json = any;
type Request = Partial<RequestContext>;

export const TERM = 'id name definition state synonyms version parent { id } owners { id }';
export const PRODUCT = 'id name description version owners { id }';

/** What people do with terms and products, each with a fresh key; answers payloads. */
export function glossary(graph: WholeGraph) {
  const termOf =
    (mutation: string, done: string) =>
    (input: object, request?: Request): Promise<Json> =>
      graph.change(mutation, input, `... on ${done} { glossaryTerm { ${TERM} } }`, request);
  /** Where state has versions, the answer may be a conflict. */
  const conflicting = (fields: string): string => `${fields} ... on Conflict { currentVersion message }`;
  const changed =
    (mutation: string, done: string) =>
    (input: object, request?: Request): Promise<Json> =>
      graph.change(mutation, input, conflicting(`... on ${done} { glossaryTerm { ${TERM} } }`), request);
  const product =
    (mutation: string, done: string) =>
    (input: object, request?: Request): Promise<Json> =>
      graph.change(mutation, input, conflicting(`... on ${done} { dataProduct { ${PRODUCT} } }`), request);
  return {
    create: termOf('createGlossaryTerm', 'GlossaryTermCreated'),
    update: changed('updateGlossaryTerm', 'GlossaryTermUpdated'),
    publish: changed('publishGlossaryTerm', 'GlossaryTermPublished'),
    deprecate: changed('deprecateGlossaryTerm', 'GlossaryTermDeprecated'),
    remove: (termId: string, request?: Request): Promise<Json> => graph.change('deleteGlossaryTerm', { termId }, '', request),
    assign: termOf('assignGlossaryTerm', 'GlossaryTermAssigned'),
    unassign: termOf('unassignGlossaryTerm', 'GlossaryTermUnassigned'),
    offer: (input: object, request?: Request): Promise<Json> =>
      graph.change('createDataProduct', input, `... on DataProductCreated { dataProduct { ${PRODUCT} } }`, request),
    updateProduct: product('updateDataProduct', 'DataProductUpdated'),
    add: product('addDataProductMembers', 'DataProductMembersAdded'),
    take: product('removeDataProductMembers', 'DataProductMembersRemoved'),
    removeProduct: (productId: string, request?: Request): Promise<Json> =>
      graph.change('deleteDataProduct', { productId }, '', request),
    term: async (id: string, fields = TERM, request?: Request): Promise<Json> =>
      (await graph.ask(`query($id: ID!) { glossaryTerm(id: $id) { ${fields} } }`, { id }, request)).glossaryTerm,
    product: async (id: string, fields = PRODUCT, request?: Request): Promise<Json> =>
      (await graph.ask(`query($id: ID!) { dataProduct(id: $id) { ${fields} } }`, { id }, request)).dataProduct,
    /** Makes a term and answers its id. */
    make: async (name: string, more: object = {}, request?: Request): Promise<string> => {
      const input = { name, definition: `What ${name} means.`, ...more };
      const made = await termOf('createGlossaryTerm', 'GlossaryTermCreated')(input, request);
      if (made.__typename !== 'GlossaryTermCreated') throw new Error(JSON.stringify(made));
      return made.glossaryTerm.id;
    },
  };
}

export type Glossary = ReturnType<typeof glossary>;

/** Puts Cedar policies in force, as the only admin may. */
export async function enforce(graph: WholeGraph, text: string): Promise<void> {
  const proposed = await graph.change(
    'proposePolicies',
    { text, reason: 'test' },
    '... on PoliciesProposed { policies { version } }',
  );
  const { __typename } = await graph.change('approvePolicies', { version: proposed.policies?.version });
  if (__typename !== 'PoliciesDecided') throw new Error(JSON.stringify(proposed));
}

/** The code of the fault that a mutation ends with; null when it ends with none. */
export async function faultOf(
  graph: WholeGraph,
  mutation: string,
  input: object,
  request?: Request,
): Promise<{ readonly code: string; readonly message: string } | null> {
  const name = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}`;
  const { errors } = await graph.tryAsk(
    `mutation($input: ${name}Input!) { ${mutation}(input: $input) { __typename } }`,
    { input: { idempotencyKey: randomUUID(), ...input } },
    request,
  );
  const [first] = errors;
  return first === undefined ? null : { code: first.extensions.code, message: first.message };
}
