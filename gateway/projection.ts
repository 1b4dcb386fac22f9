import {
  type FieldNode,
  type GraphQLCompositeType,
  type GraphQLOutputType,
  isEnumType,
  isInterfaceType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  type SelectionSetNode,
} from 'graphql';
import type { SelectionFacts } from './clientPath.ts';
import type { Failures } from './failures.ts';
import { isJsonObject, isList, type JsonObject } from './json.ts';
import { fieldsOf, type Operation } from './operation.ts';

/** Shapes fetched data into what the client asked for; undefined when a forbidden null reached the root. */
export type ProjectResponse = (data: JsonObject, failures: Failures) => JsonObject | undefined;

interface Compiling extends SelectionFacts {
  readonly fragments: Operation['fragments'];
}

interface Projecting {
  readonly failures: Failures;
  /** Where in the response we are; pushed and popped on the way. */
  readonly path: (string | number)[];
}

/** `undefined` stands for a null that must not be here and so takes its parent with it. */
type Project = (value: unknown, now: Projecting) => unknown;

/** Compiles the client's selection: order of keys, aliases, abstract types, nulls that spread. Conditions are resolved before. */
export function projectResponse(operation: Operation, facts: SelectionFacts): ProjectResponse {
  const root = facts.schema.getRootType(operation.definition.operation);
  if (root == null) throw new Error('An operation without a root type is never valid.');
  const project = projectObject(root, [operation.definition.selectionSet], { ...facts, fragments: operation.fragments });
  return (data, failures) => {
    const projected = project(data, { failures, path: [] });
    return isJsonObject(projected) ? projected : undefined;
  };
}

function projectType(type: GraphQLOutputType, coordinate: string, sets: SelectionSetNode[], compiling: Compiling): Project {
  if (isNonNullType(type)) {
    const project = projectType(type.ofType, coordinate, sets, compiling);
    return (value, now) => {
      const projected = project(value, now);
      if (projected !== null) return projected;
      now.failures.forbiddenNull(coordinate, now.path);
      return undefined;
    };
  }
  if (isListType(type)) return projectList(projectType(type.ofType, coordinate, sets, compiling));
  if (isEnumType(type)) {
    // A value that this graph hides, or that a subgraph has but the contract has not, does not exist for the client.
    const names = new Set<unknown>(type.getValues().map(({ name }) => name));
    return (value) => (names.has(value) ? value : null);
  }
  if (isLeafType(type)) return (value) => value ?? null;
  const project = projectObject(type, sets, compiling);
  return (value, now) => (value == null ? null : (project(value, now) ?? null));
}

function projectList(project: Project): Project {
  return (value, now) => {
    if (!isList(value)) return null;
    const items: unknown[] = [];
    for (let i = 0; i < value.length; i++) {
      now.path.push(i);
      const item = project(value[i], now);
      now.path.pop();
      if (item === undefined) return null;
      items.push(item);
    }
    return items;
  };
}

interface FieldProjection {
  readonly responseKey: string;
  readonly dataKey: string;
  readonly project: Project;
}

function projectObject(type: GraphQLCompositeType, sets: readonly SelectionSetNode[], compiling: Compiling): Project {
  const byTypename = new Map<string, readonly FieldProjection[]>();
  const fieldsFor = (typename: string): readonly FieldProjection[] => {
    const known = byTypename.get(typename);
    if (known !== undefined) return known;
    const fields = compileFields(typename, sets, compiling);
    byTypename.set(typename, fields);
    return fields;
  };
  const typeMatters = dependsOnType(type, sets, compiling);
  return (value, now) => {
    if (!isJsonObject(value)) return null;
    const told = value['__typename'];
    const typename = isObjectType(type) || typeof told !== 'string' ? type.name : told;
    // An object of a type that the API hides counts as absent. So does one whose type was asked for and never found
    // out: a subgraph that knows the interface only calls it by the interface's name.
    const found = compiling.schema.getType(typename);
    if (found === undefined || (typeMatters && !isObjectType(found))) return null;
    return projectFields(fieldsFor(typename), value, typename, now);
  };
}

function dependsOnType(
  type: GraphQLCompositeType,
  sets: readonly SelectionSetNode[],
  { fragments, satisfies }: Compiling,
): boolean {
  let depends = false;
  const note = (condition: string): boolean => {
    depends ||= !satisfies(type.name, condition);
    return true;
  };
  for (const field of fieldsOf(sets, fragments, note)) depends ||= field.name.value === '__typename';
  return depends;
}

function projectFields(
  fields: readonly FieldProjection[],
  value: JsonObject,
  typename: string,
  now: Projecting,
): JsonObject | undefined {
  const object: JsonObject = {};
  for (const { responseKey, dataKey, project } of fields) {
    now.path.push(responseKey);
    const projected = project(dataKey === '__typename' ? typename : value[dataKey], now);
    now.path.pop();
    if (projected === undefined) return undefined;
    if (responseKey === '__proto__') ownProto(object, projected);
    else object[responseKey] = projected;
  }
  return object;
}

/** Assigning would set the prototype instead of a key. */
const ownProto = (object: JsonObject, value: unknown): unknown =>
  Object.defineProperty(object, '__proto__', { value, enumerable: true, writable: true, configurable: true });

function compileFields(typename: string, sets: readonly SelectionSetNode[], compiling: Compiling): FieldProjection[] {
  const grouped = new Map<string, FieldNode[]>();
  for (const field of fieldsOf(sets, compiling.fragments, (condition) => compiling.satisfies(typename, condition))) {
    const key = field.alias?.value ?? field.name.value;
    const same = grouped.get(key);
    if (same === undefined) grouped.set(key, [field]);
    else same.push(field);
  }
  const type = compiling.schema.getType(typename);
  const fields = isObjectType(type) || isInterfaceType(type) ? type.getFields() : {};
  return [...grouped].flatMap(([responseKey, [first, ...same]]) => {
    if (first === undefined) return [];
    const nested = [first, ...same].flatMap((field) => field.selectionSet ?? []);
    const field = fields[first.name.value];
    // `__typename`, or `__schema` and `__type`, which were answered in their final form.
    if (field === undefined) return [{ responseKey, dataKey: compiling.dataKey(first), project: asIs }];
    const coordinate = `${typename}.${first.name.value}`;
    return [{ responseKey, dataKey: compiling.dataKey(first), project: projectType(field.type, coordinate, nested, compiling) }];
  });
}

const asIs: Project = (value) => value ?? null;
