import {
  type DocumentNode,
  type FieldDefinitionNode,
  type InputValueDefinitionNode,
  type InterfaceTypeDefinitionNode,
  Kind,
  type ObjectTypeDefinitionNode,
  print,
  type TypeDefinitionNode,
  type TypeNode,
} from 'graphql';

/** A rule of our schema conventions: the SDL of one subgraph in, problems out, each with the place it is about. */
export type SchemaRule = (sdl: DocumentNode) => readonly string[];

/** What these mean is the same on every connection; Relay's specification describes them. */
const RELAY_FIELDS = ['edges', 'pageInfo', 'cursor', 'node'];
const PLAIN_ARGUMENTS = ['first', 'after', 'filter', 'input', 'id', 'urn', 'name'];

/**
 * Types, fields, input fields and telling arguments are described. Not needed where somebody else says it: on fields of an
 * implemented interface, on Relay's own fields, on stubs of another subgraph's entities, on values of a described enum.
 */
export const everythingIsDescribed: SchemaRule = (sdl) => {
  const problems: string[] = [];
  for (const type of typesOf(sdl)) {
    if (isStub(type)) continue;
    const inherited = inheritedFields(sdl, type);
    if (type.description === undefined) problems.push(type.name.value);
    for (const field of fieldsOf(type)) {
      const place = `${type.name.value}.${field.name.value}`;
      const said = inherited.has(field.name.value) || (isRelayType(type) && RELAY_FIELDS.includes(field.name.value));
      if (field.description === undefined && !said) problems.push(place);
      for (const argument of argumentsOf(field)) {
        if (argument.description === undefined && !PLAIN_ARGUMENTS.includes(argument.name.value))
          problems.push(`${place}(${argument.name.value})`);
      }
    }
  }
  return problems;
};

/** A list of objects is a connection, or its description says how long it can be. */
export const listsAreBounded: SchemaRule = (sdl) => {
  const composite = new Set(
    typesOf(sdl)
      .filter(({ kind }) => kind !== Kind.ENUM_TYPE_DEFINITION && kind !== Kind.SCALAR_TYPE_DEFINITION)
      .map(({ name }) => name.value),
  );
  return outputFields(sdl).flatMap(({ type, field, place }) => {
    const listed = isList(field.type) && composite.has(namedType(field.type));
    const fine = (field.name.value === 'edges' && isRelayType(type)) || inheritedFields(sdl, type).has(field.name.value);
    return listed && !fine && !/\bat most\b/i.test(field.description?.value ?? '') ? [`${place}: ${print(field.type)}`] : [];
  });
};

/** Connections have Relay's shape and pages of at most 500. */
export const connectionsAreRelays: SchemaRule = (sdl) => {
  const problems = outputFields(sdl).flatMap(({ field, place }) => {
    if (!namedType(field.type).endsWith('Connection')) return [];
    const first = argumentsOf(field).find(({ name }) => name.value === 'first');
    const after = argumentsOf(field).find(({ name }) => name.value === 'after');
    const bounded =
      first?.defaultValue?.kind === Kind.INT && Number(first.defaultValue.value) <= 500 && print(first.type) === 'Int';
    return bounded && after !== undefined && print(after.type) === 'String'
      ? []
      : [`${place} takes (first: Int = <500 at most>, after: String)`];
  });
  // An edge of the lineage graph is no edge of a page: only what a connection names is held to Relay's form.
  const paged = new Set(
    typesOf(sdl)
      .map((type) => type.name.value)
      .filter((name) => name.endsWith('Connection'))
      .map((name) => name.replace(/Connection$/, 'Edge')),
  );
  for (const type of typesOf(sdl)) {
    const name = type.name.value;
    const shape = new Map(fieldsOf(type).map((field) => [field.name.value, print(field.type)]));
    if (
      name.endsWith('Connection') &&
      (shape.get('pageInfo') !== 'PageInfo!' || shape.get('edges') !== `[${name.replace(/Connection$/, 'Edge')}!]!`)
    ) {
      problems.push(`${name} has edges and pageInfo: PageInfo!`);
    }
    if (paged.has(name) && (shape.get('cursor') !== 'String!' || !shape.has('node')))
      problems.push(`${name} has cursor: String! and node`);
  }
  return problems;
};

/** A mutation is a verb and a noun, takes one input with an idempotency key and answers with a union that can refuse. */
export const mutationsAnswerWithUnions: SchemaRule = (sdl) => {
  const types = new Map(typesOf(sdl).map((type) => [type.name.value, type]));
  const mutation = types.get('Mutation');
  return (mutation === undefined ? [] : fieldsOf(mutation)).flatMap((field) => {
    const name = field.name.value;
    const pascal = name.charAt(0).toUpperCase() + name.slice(1);
    const problems: string[] = [];
    if (!/^[a-z]+[A-Z][A-Za-z]+$/.test(name)) problems.push(`${name} is verb and noun`);
    if (
      argumentsOf(field)
        .map((argument) => `${argument.name.value}: ${print(argument.type)}`)
        .join() !== `input: ${pascal}Input!`
    ) {
      problems.push(`${name} takes (input: ${pascal}Input!)`);
    }
    const input = new Map(fieldsOf(types.get(`${pascal}Input`)).map((part) => [part.name.value, print(part.type)]));
    if (input.get('idempotencyKey') !== 'String!') problems.push(`${pascal}Input has idempotencyKey: String!`);
    const result = types.get(`${pascal}Result`);
    if (print(field.type) !== `${pascal}Result!` || result?.kind !== Kind.UNION_TYPE_DEFINITION)
      return [...problems, `${name} answers ${pascal}Result!, a union`];
    const members = result.types?.map((member) => member.name.value) ?? [];
    if (!members.includes('Refused')) problems.push(`${pascal}Result can be Refused`);
    if (input.has('expectedVersion') !== members.includes('Conflict'))
      problems.push(`${pascal}Result can be a Conflict exactly when its input has expectedVersion`);
    const strangers = members.filter((member) => !interfacesOf(types.get(member)).includes('MutationPayload'));
    return [...problems, ...strangers.map((member) => `${member} implements MutationPayload`)];
  });
};

/** A field that leads to another subgraph's entity is nullable, so that one subgraph down or one hidden object spares the page. */
export const crossingsAreNullable: SchemaRule = (sdl) => {
  const types = typesOf(sdl);
  const stubs = new Set(types.filter(isStub).map(({ name }) => name.value));
  const foreign = new Set(stubs);
  for (const type of types) {
    if (type.kind === Kind.INTERFACE_TYPE_DEFINITION && !hasDirective(type, 'key')) {
      const members = types.filter((member) => interfacesOf(member).includes(type.name.value));
      if (members.length > 0 && members.every(({ name }) => stubs.has(name.value))) foreign.add(type.name.value);
    }
    if (hasDirective(type, 'interfaceObject')) foreign.add(type.name.value);
  }
  return outputFields(sdl).flatMap(({ field, place }) =>
    foreign.has(namedType(field.type)) && mustBeThere(field.type) ? [`${place}: ${print(field.type)}`] : [],
  );
};

/** A field that leads to an asset is nullable or a list that leaves it out: policy may hide each of them. */
export const assetsMayBeHidden: SchemaRule = (sdl) => {
  const assets = new Set([
    'Asset',
    ...typesOf(sdl)
      .filter((type) => interfacesOf(type).includes('Asset'))
      .map(({ name }) => name.value),
  ]);
  return outputFields(sdl).flatMap(({ field, place }) =>
    assets.has(namedType(field.type)) && !isList(field.type) && mustBeThere(field.type) ? [`${place}: ${print(field.type)}`] : [],
  );
};

/** Combinations that the planner gets wrong without saying so. */
export const noKnownTraps: SchemaRule = (sdl) =>
  typesOf(sdl).flatMap((type) =>
    fieldsOf(type).flatMap((field) => {
      const requires = directivesOf(field).find(({ name }) => name.value === 'requires');
      const place = `${type.name.value}.${field.name.value}`;
      if (requires === undefined) return [];
      if (hasDirective(type, 'interfaceObject')) return [`${place}: @requires on an @interfaceObject is dropped`];
      return print(requires).includes('...') ? [`${place}: @requires with a fragment`] : [];
    }),
  );

/** Filters are typed inputs; nobody names a field by a string. */
export const filtersAreTyped: SchemaRule = (sdl) =>
  outputFields(sdl).flatMap(({ field, place }) =>
    argumentsOf(field).flatMap(({ name, type }) => {
      if (name.value === 'filter') return namedType(type).endsWith('Filter') ? [] : [`${place}(filter: ${print(type)})`];
      return ['field', 'orderBy', 'sort', 'sortBy', 'where'].includes(name.value) && namedType(type) === 'String'
        ? [`${place}(${name.value}: String)`]
        : [];
    }),
  );

interface Place {
  readonly type: TypeDefinitionNode;
  readonly field: FieldDefinitionNode;
  readonly place: string;
}

const typesOf = (sdl: DocumentNode): readonly TypeDefinitionNode[] =>
  sdl.definitions.filter((definition): definition is TypeDefinitionNode => definition.kind.endsWith('TypeDefinition'));

function outputFields(sdl: DocumentNode): readonly Place[] {
  return typesOf(sdl).flatMap((type) =>
    type.kind === Kind.OBJECT_TYPE_DEFINITION || type.kind === Kind.INTERFACE_TYPE_DEFINITION
      ? (type.fields ?? []).map((field) => ({ type, field, place: `${type.name.value}.${field.name.value}` }))
      : [],
  );
}

const fieldsOf = (type: TypeDefinitionNode | undefined): readonly (FieldDefinitionNode | InputValueDefinitionNode)[] =>
  type !== undefined && 'fields' in type ? (type.fields ?? []) : [];

const argumentsOf = (field: FieldDefinitionNode | InputValueDefinitionNode): readonly InputValueDefinitionNode[] =>
  'arguments' in field ? (field.arguments ?? []) : [];

const directivesOf = (node: TypeDefinitionNode | FieldDefinitionNode | InputValueDefinitionNode) => node.directives ?? [];

const hasDirective = (type: TypeDefinitionNode, name: string): boolean =>
  directivesOf(type).some((directive) => directive.name.value === name);

const interfacesOf = (type: TypeDefinitionNode | undefined): readonly string[] =>
  (type as ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode | undefined)?.interfaces?.map(({ name }) => name.value) ?? [];

/** Another subgraph's entity, of which this one knows the key. */
const isStub = (type: TypeDefinitionNode): boolean =>
  directivesOf(type).some((directive) => directive.name.value === 'key' && print(directive).includes('resolvable: false'));

const isRelayType = ({ name }: TypeDefinitionNode): boolean => /(Connection|Edge)$/.test(name.value);

function inheritedFields(sdl: DocumentNode, type: TypeDefinitionNode): ReadonlySet<string> {
  const names = interfacesOf(type);
  return new Set(
    typesOf(sdl)
      .filter(({ name }) => names.includes(name.value))
      .flatMap((parent) => fieldsOf(parent).map(({ name }) => name.value)),
  );
}

function namedType(type: TypeNode): string {
  return type.kind === Kind.NAMED_TYPE ? type.name.value : namedType(type.type);
}

const isList = (type: TypeNode): boolean =>
  type.kind === Kind.LIST_TYPE || (type.kind === Kind.NON_NULL_TYPE && isList(type.type));

/** True when null in this place would take something around it along. */
const mustBeThere = (type: TypeNode): boolean =>
  type.kind === Kind.NON_NULL_TYPE
    ? type.type.kind === Kind.NAMED_TYPE || mustBeThere(type.type)
    : type.kind === Kind.LIST_TYPE && mustBeThere(type.type);
