import { buildSchema, getIntrospectionQuery, type GraphQLError, parse, specifiedRules, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { limitRules, type Limits, tokensMax } from './limits.ts';

const schema = buildSchema('type Query { a: Query b: Query n: Int }');
const refusals = (source: string, limits?: Partial<Limits>): readonly GraphQLError[] =>
  validate(schema, parse(source), limitRules(limits));
const bounds = (source: string, limits?: Partial<Limits>) =>
  refusals(source, limits).map(({ extensions }) => extensions['bound']);
const nested = (levels: number): string => `${'{ a '.repeat(levels)}{ n }${' }'.repeat(levels)}`;

describe('limits', () => {
  test('an operation may be as deep as allowed and no deeper', () => {
    expect(bounds(nested(14))).toEqual([]);
    expect(bounds(nested(15))).toEqual(['depthMax']);
  });

  test('a refusal has the code and names the bound', () => {
    const [error] = refusals(nested(20));
    expect(error?.extensions['code']).toBe('LIMIT_EXCEEDED');
    expect(error?.message).toMatch(/21.*at most 15.*depthMax/);
  });

  test('depth counts through fragments', () => {
    expect(bounds('{ a { ...F } } fragment F on Query { a { ...G } } fragment G on Query { a { n } }', { depthMax: 3 })).toEqual([
      'depthMax',
    ]);
  });

  test('aliases inside a fragment count each time it is spread', () => {
    expect(bounds('{ ...F a { ...F } b { ...F } } fragment F on Query { x: n y: n }', { aliasesMax: 5 })).toEqual(['aliasesMax']);
    expect(bounds('{ ...F a { ...F } b { ...F } } fragment F on Query { x: n y: n }', { aliasesMax: 6 })).toEqual([]);
  });

  test('root fields count through fragments', () => {
    expect(bounds('{ ...F b { n } } fragment F on Query { a { n } n }', { rootFieldsMax: 2 })).toEqual(['rootFieldsMax']);
  });

  test('directives are bounded', () => {
    expect(bounds(`{ n ${'@include(if: true) '.repeat(60)} }`)).toEqual(['directivesMax']);
  });

  test('a document whose fragments double at each level is weighed in linear time and refused', () => {
    const levels = 60;
    const fragments = Array.from(
      { length: levels },
      (_, i) => `fragment F${i} on Query { a { ...F${i + 1} } b { ...F${i + 1} } }`,
    );
    const started = performance.now();
    expect(bounds(`{ ...F0 } ${fragments.join(' ')} fragment F${levels} on Query { n }`)).toEqual(['depthMax', 'fieldsMax']);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test('fragments in a circle do not hang', () => {
    const source = '{ ...F } fragment F on Query { a { ...G } } fragment G on Query { a { ...F } }';
    expect(bounds(source)).toEqual([]);
    expect(validate(schema, parse(source), specifiedRules).length).toBeGreaterThan(0);
  });

  test('the introspection query of tools passes', () => {
    const source = getIntrospectionQuery({
      inputValueDeprecation: true,
      directiveIsRepeatable: true,
      schemaDescription: true,
      specifiedByUrl: true,
    });
    expect(refusals(source)).toEqual([]);
    expect(() => parse(source, { maxTokens: tokensMax() })).not.toThrow();
  });

  test('each operation of a document is weighed by itself', () => {
    expect(bounds(`query A ${nested(3)} query B ${nested(20)}`)).toEqual(['depthMax']);
  });
});
