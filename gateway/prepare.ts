import { createHash } from 'node:crypto';
import { type DocumentNode, isNonNullType, Kind, print } from 'graphql';
import { askingOf } from './asking.ts';
import { type ClientPaths, clientPathsOf } from './clientPath.ts';
import { conditionVariables, resolveConditions } from './conditions.ts';
import { Lru } from './lru.ts';
import { type Operation, fieldsOf } from './operation.ts';
import type { Plan } from './plan.ts';
import { type DataKey, planningDocument } from './planningDocument.ts';
import { type ProjectResponse, projectResponse } from './projection.ts';
import type { Step } from './steps.ts';
import type { Supergraph } from './supergraph.ts';

/** All that an operation needs at run time and that does not depend on the request. */
export interface Prepared {
  /** Run one after the other: one for a query, one for each root field of a mutation. */
  readonly parts: readonly PreparedPart[];
  readonly project: ProjectResponse;
  readonly clientPaths: ClientPaths;
  /** The part of the operation that asks about the schema, answered without any subgraph. */
  readonly introspection: DocumentNode | undefined;
}

export interface PreparedPart {
  readonly step: Step;
  /** Keys of root fields that must not be null. When one is, no later part runs: its answer would be thrown away. */
  readonly requiredKeys: readonly string[];
}

/** Finds or makes what is prepared for an operation and the values of its @skip and @include variables. */
export type Prepare = (operation: Operation, key: string, variables: Readonly<Record<string, unknown>>) => Promise<Prepared>;

export interface PrepareSettings {
  readonly supergraph: Supergraph;
  readonly plan: Plan;
  readonly plansMax: number;
}

export function preparer({ supergraph, plan, plansMax }: PrepareSettings): Prepare {
  const prepared = new Lru<Promise<Prepared>>(plansMax);
  const conditions = new Lru<readonly string[]>(plansMax);
  return (operation, hash, variables) => {
    const names = conditions.get(hash) ?? conditionVariables(operation);
    conditions.set(hash, names);
    const key = names.reduce((text, name) => text + (variables[name] === true ? '1' : '0'), `${hash}:`);
    const known = prepared.get(key);
    if (known !== undefined) return known;
    const made = prepare(resolveConditions(operation, variables), supergraph, plan);
    prepared.set(key, made);
    // A failure is answered to everyone who waits for it, then tried anew.
    made.catch(() => prepared.delete(key));
    return made;
  };
}

async function prepare(operation: Operation, supergraph: Supergraph, plan: Plan): Promise<Prepared> {
  const planning = planningDocument(operation);
  const facts = { schema: supergraph.apiSchema, satisfies: supergraph.satisfies, dataKey: planning.dataKey };
  const asked = { clientVariable: planning.clientVariable, asksFor: askingOf(operation, facts) };
  const root = supergraph.apiSchema.getRootType(operation.definition.operation)?.getFields() ?? {};
  const parts = planning.parts.map(async ({ text, rootFields }) => {
    const step = await plan(text, asked);
    const required = rootFields.filter(({ name }) => isNonNullType(root[name.value]?.type));
    const requiredKeys = required.map(({ alias, name }) => alias?.value ?? name.value);
    return step === undefined ? [] : [{ step, requiredKeys }];
  });
  return {
    parts: (await Promise.all(parts)).flat(),
    project: projectResponse(operation, facts),
    clientPaths: clientPathsOf(operation, facts),
    introspection: introspectionOf(operation, planning.dataKey),
  };
}

/** Aliased like fetched data, so that the same projection picks it up. */
function introspectionOf({ definition, fragments }: Operation, dataKey: DataKey): DocumentNode | undefined {
  const fields = [...fieldsOf([definition.selectionSet], fragments)];
  const selections = fields
    .filter(({ name }) => name.value === '__schema' || name.value === '__type')
    .map((field) => ({ ...field, alias: { kind: Kind.NAME, value: dataKey(field) } as const }));
  if (selections.length === 0) return undefined;
  const asked = { ...definition, selectionSet: { kind: Kind.SELECTION_SET, selections } } as const;
  return { kind: Kind.DOCUMENT, definitions: [asked, ...fragments.values()] };
}

const keys = new WeakMap<DocumentNode, string>();

/** Documents are known by the hash of their text: a plan outlives the request whose document it was made from. */
export function operationKey(document: DocumentNode, source: string | undefined, name: string | undefined): string {
  const known = keys.get(document);
  const hash =
    known ??
    createHash('sha256')
      .update(source ?? print(document))
      .digest('base64');
  if (known === undefined) keys.set(document, hash);
  return `${hash}:${name ?? ''}`;
}
