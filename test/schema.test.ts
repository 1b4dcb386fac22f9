import { readdirSync } from 'node:fs';
import path from 'node:path';
import {
  buildSchema,
  type GraphQLField,
  type GraphQLObjectType,
  introspectionFromSchema,
  isAbstractType,
  isCompositeType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  getNamedType,
  type GraphQLSchema,
  parse,
  validate,
  validateSchema,
} from 'graphql';
import { beforeAll, describe, expect, test } from 'vitest';
import { compose, type Composition } from '../gateway/compose.ts';
import { planner } from '../gateway/plan.ts';
import { readSupergraph } from '../gateway/supergraph.ts';
import { readTypeDefs } from '../kernel/graph/typeDefs.ts';
import { packageRoot } from '../kernel/root.ts';
import * as rules from './schema/rules.ts';

/** Plans are only made here, for operations whose variables keep their names. */
const ASKED = { clientVariable: (name: string) => name, asksFor: () => true };

const NAMES = readdirSync(path.join(packageRoot, 'subgraphs'));

describe.each(NAMES)('the schema of %s', (name) => {
  const sdl = parse(readTypeDefs(name));
  test.each(Object.entries(rules))('%s', (_, rule) => {
    expect(rule(sdl)).toEqual([]);
  });
});

/** One planted fault for each rule, and what the rule says of it. */
const PLANTED: Readonly<Record<keyof typeof rules, readonly [sdl: string, problem: string]>> = {
  everythingIsDescribed: ['"A." type A { a: Int "B." b(which: Int): Int }', 'A.a'],
  listsAreBounded: ['type A { "Many." many: [A!]! }', 'A.many: [A!]!'],
  connectionsAreRelays: [
    'type A { as(first: Int = 501, after: String): AConnection }',
    'A.as takes (first: Int = <500 at most>, after: String)',
  ],
  mutationsAnswerWithUnions: [
    'type Mutation { makeTea(input: MakeTeaInput!): Boolean! } input MakeTeaInput { idempotencyKey: String! }',
    'makeTea answers MakeTeaResult!, a union',
  ],
  crossingsAreNullable: ['type User @key(fields: "id", resolvable: false) { id: ID! } type A { by: User! }', 'A.by: User!'],
  assetsMayBeHidden: [
    'interface Asset { id: ID! } type Dataset implements Asset { id: ID! } type A { of: Dataset! }',
    'A.of: Dataset!',
  ],
  noKnownTraps: [
    'type A @key(fields: "id") @interfaceObject { id: ID! b: Int @requires(fields: "c") c: Int @external }',
    'A.b: @requires on an @interfaceObject is dropped',
  ],
  filtersAreTyped: ['type Query { as(orderBy: String): Int }', 'Query.as(orderBy: String)'],
};

describe('the rules bite', () => {
  test.each(Object.entries(PLANTED))('%s', (name, [sdl, problem]) => {
    expect(rules[name as keyof typeof rules](parse(sdl))).toContain(problem);
  });

  test.each([
    ['a mutation without an idempotency key', 'input MakeTeaInput { a: Int }', 'MakeTeaInput has idempotencyKey: String!'],
    ['a result that cannot refuse', 'union MakeTeaResult = TeaMade', 'MakeTeaResult can be Refused'],
    ['a result without MutationPayload', 'type TeaMade { a: Int }', 'TeaMade implements MutationPayload'],
    [
      'a version without a conflict',
      'input MakeTeaInput { expectedVersion: Int }',
      'MakeTeaResult can be a Conflict exactly when its input has expectedVersion',
    ],
  ])('%s', (_, part, problem) => {
    const whole = ['type Mutation { makeTea(input: MakeTeaInput!): MakeTeaResult! }', 'union MakeTeaResult = TeaMade', part];
    const once = whole.filter((line, at) => at === 2 || line.split(' ')[1] !== part.split(' ')[1]);
    expect(rules.mutationsAnswerWithUnions(parse(once.join('\n')))).toContain(problem);
  });
});

describe('the composed graph', () => {
  let composed: Composition;
  beforeAll(() => {
    composed = compose(NAMES.map((name) => ({ name, typeDefs: readTypeDefs(name) })));
  });

  test('all subgraphs are part of it', () => {
    expect([...readSupergraph(composed.supergraphSdl).subgraphNames].toSorted()).toEqual(NAMES.toSorted());
  });

  test('what clients see is a valid schema without a trace of federation', () => {
    const api = buildSchema(composed.apiSdl);
    expect(validateSchema(api)).toEqual([]);
    const { types, directives } = introspectionFromSchema(api).__schema;
    expect(
      types
        .map(({ name }) => name)
        .filter((name) =>
          /^_[A-Z]|^_service|__(?!Schema|Type|Field|InputValue|EnumValue|Directive)|^(join|link|core)_/.test(name),
        ),
    ).toEqual([]);
    expect(directives.map(({ name }) => name).toSorted()).toEqual(['deprecated', 'include', 'oneOf', 'skip', 'specifiedBy']);
    expect(api.getQueryType()?.getFields()).not.toHaveProperty('_entities');
  });

  test('composition loses no description', () => {
    const api = buildSchema(composed.apiSdl);
    const ours = Object.values(api.getTypeMap()).filter(
      ({ name }) => !name.startsWith('__') && !['String', 'Int', 'Float', 'Boolean', 'ID'].includes(name),
    );
    expect(ours.filter(({ description }) => (description ?? '') === '').map(({ name }) => name)).toEqual([]);
  });

  test('every root field can be planned, with what lies behind it', async () => {
    const supergraph = readSupergraph(composed.supergraphSdl);
    const plan = planner(composed.supergraphSdl, supergraph);
    const operations = rootOperations(supergraph.apiSchema);
    expect(operations.length).toBeGreaterThan(10);
    for (const operation of operations) {
      expect(validate(supergraph.apiSchema, parse(operation)), operation).toEqual([]);
      expect(await plan(operation, ASKED), operation).toBeDefined();
    }
  });

  test('people in the catalog are fetched from governance', async () => {
    const supergraph = readSupergraph(composed.supergraphSdl);
    const plan = planner(composed.supergraphSdl, supergraph);
    const step = await plan('query($v0: Urn!) { dataset(urn: $v0) { owners { principal { id name } } } }', ASKED);
    expect(JSON.stringify(step)).toMatch(/"subgraph[^"]*":"catalog".*"subgraph[^"]*":"governance"/i);
  });
});

/** One operation for each root field, with every field down to the third level below it. */
function rootOperations(schema: GraphQLSchema): readonly string[] {
  const roots = [
    ['query', schema.getQueryType()],
    ['mutation', schema.getMutationType()],
  ] as const;
  return roots.flatMap(([kind, type]) =>
    Object.values(type?.getFields() ?? {}).map((field) => {
      const variables = field.args
        .filter(isRequiredArgument)
        .map((arg, at) => ({ name: arg.name, variable: `$v${at}`, type: String(arg.type) }));
      const declared = variables.map(({ variable, type: of }) => `${variable}: ${of}`).join(', ');
      const given = variables.map(({ name, variable }) => `${name}: ${variable}`).join(', ');
      return `${kind}${declared && `(${declared})`} { ${field.name}${given && `(${given})`} ${selection(schema, field, 3)} }`;
    }),
  );
}

function selection(schema: GraphQLSchema, field: GraphQLField<unknown, unknown>, depth: number): string {
  const type = getNamedType(field.type);
  if (!isCompositeType(type)) return '';
  if (isObjectType(type)) return `{ __typename ${fieldsOf(schema, type, depth)} }`;
  const members = isAbstractType(type) ? schema.getPossibleTypes(type) : [];
  // Fields of the same name and of different types do not merge, so each member asks under names of its own.
  return `{ __typename ${members.map((member) => `... on ${member.name} { ${fieldsOf(schema, member, depth - 1, `${member.name}_`)} }`).join(' ')} }`;
}

const fieldsOf = (schema: GraphQLSchema, type: GraphQLObjectType, depth: number, prefix = ''): string =>
  Object.values(type.getFields())
    .filter((field) => !field.args.some(isRequiredArgument) && (isLeafType(getNamedType(field.type)) || depth > 0))
    .map((field) => `${prefix === '' ? '' : `${prefix}${field.name}: `}${field.name} ${selection(schema, field, depth - 1)}`)
    .join(' ');
