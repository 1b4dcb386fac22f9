import type { RequiresSelection } from '@graphql-hive/router-query-planner';
import { Fault } from '../kernel/fault.ts';
import { isJsonObject, isList, type JsonObject } from './json.ts';
import type { Reading } from './plan.ts';

/** Cuts from an entity what a subgraph needs to find it: `__typename`, its key, and what its fields require. */
export type ProjectRepresentation = (entity: JsonObject, variables: Variables) => JsonObject | undefined;

type Variables = Readonly<Record<string, unknown>>;

/** Writes its part of the representation, and says whether everything that it needs is there. */
type Part = (entity: JsonObject, into: JsonObject, variables: Variables) => boolean;

/**
 * Compiles `requires` of a fetch. A representation comes about only when it is complete and has some value besides the
 * type name: an entity whose key is null cannot be asked for, and one whose required field never arrived must not be
 * computed from half of its input. A required field that is null is sent as null.
 */
export function projectRepresentation(selections: readonly RequiresSelection[], reading: Reading): ProjectRepresentation {
  const write = compile(selections, reading);
  return (entity, variables) => {
    const representation: JsonObject = {};
    if (!write(entity, representation, variables)) return undefined;
    if (!identifies(representation)) return undefined;
    representation['__typename'] ??= entity['__typename'];
    return representation;
  };
}

function identifies(representation: JsonObject): boolean {
  for (const key in representation) {
    if (key !== '__typename' && representation[key] !== null) return true;
  }
  return false;
}

function compile(selections: readonly RequiresSelection[], reading: Reading): Part {
  const parts = selections.map((selection) => {
    if (selection.kind === 'Field') return fieldPart(selection, reading);
    if (selection.kind === 'InlineFragment') return fragmentPart(selection, reading);
    throw new Fault('INTERNAL', { public: 'The operation cannot be planned.', internal: `requires: ${selection.kind}` });
  });
  return (entity, into, variables) => {
    for (const part of parts) {
      if (!part(entity, into, variables)) return false;
    }
    return true;
  };
}

function fieldPart(selection: Extract<RequiresSelection, { kind: 'Field' }>, reading: Reading): Part {
  const { name } = selection;
  const key = selection.alias ?? name;
  const nested = (selection.selections ?? []).length > 0 ? compile(selection.selections ?? [], reading) : undefined;
  const cut = (value: unknown, variables: Variables): unknown => {
    if (nested === undefined || value === null) return value;
    if (isList(value)) return value.map((item) => cut(item, variables));
    const into: JsonObject = {};
    return isJsonObject(value) && nested(value, into, variables) ? into : undefined;
  };
  return (entity, into, variables) => {
    const value = entity[name] === undefined ? entity[key] : entity[name];
    const part = value === undefined ? undefined : cut(value, variables);
    if (part === undefined) return name === '__typename';
    into[key] = part;
    return true;
  };
}

function fragmentPart(selection: Extract<RequiresSelection, { kind: 'InlineFragment' }>, reading: Reading): Part {
  const { typeCondition } = selection;
  const skipIf = selection.skipIf == null ? undefined : reading.clientVariable(selection.skipIf);
  const includeIf = selection.includeIf == null ? undefined : reading.clientVariable(selection.includeIf);
  const write = compile(selection.selections, reading);
  return (entity, into, variables) => {
    if (skipIf !== undefined && variables[skipIf] === true) return true;
    if (includeIf !== undefined && variables[includeIf] !== true) return true;
    const typename = entity['__typename'];
    if (typeof typename === 'string' && !reading.supergraph.satisfies(typename, typeCondition)) return true;
    return write(entity, into, variables);
  };
}
