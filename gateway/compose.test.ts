import { expect, test } from 'vitest';
import { Fault } from '../kernel/fault.ts';
import { compose, type ComposeInput } from './compose.ts';

const LINK =
  'extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key" "@requires" "@external" "@interfaceObject" "@shareable"])\n';
const input = (name: string, sdl: string): ComposeInput => ({ name, typeDefs: LINK + sdl });

function problemsOf(...subgraphs: ComposeInput[]): string {
  try {
    compose(subgraphs);
  } catch (error) {
    if (error instanceof Fault && error.code === 'CONFIGURATION') return error.message;
    throw error;
  }
  return '';
}

test('the API schema shows no trace of federation', () => {
  const { supergraphSdl, apiSdl } = compose([
    input('a', 'type Query { x: X } type X @key(fields: "id") { id: ID! }'),
    input('b', 'type X @key(fields: "id") { id: ID! y: Int }'),
  ]);
  expect(supergraphSdl).toContain('join__Graph');
  expect(apiSdl).not.toMatch(/join__|_entities|_service|federation|@link/);
});

test('an SDL that does not parse is told with the name of its subgraph', () => {
  expect(problemsOf(input('broken', 'type Query {'))).toContain('[broken] Syntax Error');
});

test('a type problem is told with the name of its subgraph', () => {
  expect(problemsOf(input('a', 'type Query { x: Missing }'))).toMatch(/\[a\].*Missing/);
});

test('fields that subgraphs do not share are told', () => {
  const problems = problemsOf(input('a', 'type Query { x: Int }'), input('b', 'type Query { x: Int }'));
  expect(problems).toMatch(/Query\.x/);
  expect(problems).toMatch(/subgraphs? "a" and "b"|"a".*"b"/);
});

test('@requires on an interface object is refused, since it would be dropped in silence', () => {
  const problems = problemsOf(
    input(
      'a',
      'type Query { x: I } interface I @key(fields: "id") { id: ID! n: Int } type X implements I @key(fields: "id") { id: ID! n: Int }',
    ),
    input('b', 'type I @key(fields: "id") @interfaceObject { id: ID! n: Int @external m: Int @requires(fields: "n") }'),
  );
  expect(problems).toContain('[b] I.m: @requires does not work on an @interfaceObject type.');
});

test('a subgraph with an interface object may not name the types behind it', () => {
  const problems = problemsOf(
    input(
      'a',
      'type Query { x: I } interface I @key(fields: "id") { id: ID! } type X implements I @key(fields: "id") { id: ID! }',
    ),
    input('b', 'type I @key(fields: "id") @interfaceObject { id: ID! m: Int } type X @key(fields: "id") { id: ID! k: Int }'),
  );
  expect(problems).toContain('[b] X implements I, which is an @interfaceObject here.');
});

test('fragments in @requires are refused', () => {
  const problems = problemsOf(
    input(
      'a',
      'type Query { x: X } type X @key(fields: "id") { id: ID! i: I } interface I { n: Int } type Y implements I { n: Int }',
    ),
    input(
      'b',
      'type X @key(fields: "id") { id: ID! i: I @external m: Int @requires(fields: "i { ... on Y { n } }") } interface I { n: Int } type Y implements I { n: Int @external }',
    ),
  );
  expect(problems).toContain('[b] X.m: @requires must not contain fragments.');
});

test('a union must have the same members everywhere', () => {
  const types = 'type A { n: Int @shareable } type B { n: Int @shareable }';
  const problems = problemsOf(
    input('a', `type Query { u: U } union U = A | B ${types}`),
    input('b', `type Query { v: U } union U = A ${types}`),
  );
  expect(problems).toContain('[b] union U is A, but A | B in a. Make them the same.');
});

test('the unions of entities that fetched contracts have may differ', () => {
  const types = 'type A @key(fields: "id") { id: ID! } type B @key(fields: "id") { id: ID! }';
  const link = 'extend schema @link(url: "https://specs.apollo.dev/federation/v2.7", import: ["@key", "@shareable"])';
  const first = { name: 'a', typeDefs: `${link} type Query { u: A } type A @key(fields: "id") { id: ID! } union _Entity = A` };
  const second = { name: 'b', typeDefs: `${link} type Query { v: B } ${types.slice(types.indexOf('type B'))} union _Entity = B` };
  expect(() => compose([first, second])).not.toThrow(/_Entity is/);
});
