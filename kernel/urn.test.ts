import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { makeUrn, parseUrn, type UrnParts } from './urn.ts';

const part = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });
const parts: fc.Arbitrary<UrnParts> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('container', 'dataset', 'dashboard'),
    namespace: part,
    name: part,
    column: fc.constant(null),
  }),
  fc.record({ kind: fc.constant('column'), namespace: part, name: part, column: part }),
  fc.record({ kind: fc.constant('source'), namespace: part, name: fc.constant(''), column: fc.constant(null) }),
);

test.prop([parts])('a URN brings back its parts', (some) => {
  expect(parseUrn(makeUrn(some))).toEqual(some);
});

test.prop([parts, parts])('different parts have different URNs', (a, b) => {
  fc.pre(JSON.stringify(a) !== JSON.stringify(b));
  expect(makeUrn(a)).not.toBe(makeUrn(b));
});

test.prop([parts])('a URN is plain ASCII that RFC 8141 allows', (some) => {
  expect(makeUrn(some)).toMatch(/^urn:cadastre:[a-z]+:[A-Za-z0-9\-._~!$&'()*+,;=:@/%]+$/);
});

test('the well-known example', () => {
  const urn = 'urn:cadastre:dataset:postgres://db.example:5432,shop.public.orders';
  expect(parseUrn(urn)).toEqual({
    kind: 'dataset',
    namespace: 'postgres://db.example:5432',
    name: 'shop.public.orders',
    column: null,
  });
  expect(makeUrn(parseUrn(urn))).toBe(urn);
});

test('commas, percent signs, quotes and spaces inside of a part are encoded', () => {
  expect(makeUrn({ kind: 'column', namespace: 'file', name: 'a,b%', column: '"net price" €' })).toBe(
    'urn:cadastre:column:file,a%2Cb%25,%22net%20price%22%20%E2%82%AC',
  );
});

test.each([
  ['urn:cadastre:dataset:file,/data/ä.csv', '/data/ä.csv'],
  ['  urn:cadastre:dataset:file,%2Fdata%2F%c3%a4.csv\n', '/data/ä.csv'],
  ['URN:Cadastre:dataset:file,x', 'x'],
])('%j, as a person may write it, is understood', (urn, name) => {
  expect(parseUrn(urn)).toMatchObject({ kind: 'dataset', namespace: 'file', name });
});

test.each([
  '',
  'urn:cadastre:',
  'urn:cadastre:dataset',
  'urn:cadastre:dataset:',
  'urn:cadastre:dataset:ns',
  'urn:cadastre:dataset:ns,',
  'urn:cadastre:dataset:,n',
  'urn:cadastre:dataset:ns,a,b',
  'urn:cadastre:column:ns,a',
  'urn:cadastre:column:ns,a,',
  'urn:cadastre:source:a,b',
  'urn:cadastre:thing:a,b',
  'urn:cadastre:dataset:ns,%',
  'urn:cadastre:dataset:ns,%ff',
  'urn:li:dataset:(urn:li:dataPlatform:hive,a,PROD)',
])('%j is refused with an example of a right one', (text) => {
  expect(() => parseUrn(text)).toThrow(
    expect.objectContaining({ code: 'BAD_USER_INPUT', message: expect.stringContaining('urn:cadastre:dataset:postgres://') }),
  );
});
