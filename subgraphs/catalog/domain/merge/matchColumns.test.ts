import { expect, test } from 'vitest';
import type { KnownColumn } from '../columnDiff.ts';
import { canonicalPart, type IdentifierRule } from '../../../../kernel/identifier.ts';
import { matchColumns } from './matchColumns.ts';

const column = (rule: IdentifierRule, name: string, state: 'present' | 'removed' = 'present'): KnownColumn => ({
  no: name,
  canonical: canonicalPart(rule, name),
  name,
  ordinal: 1,
  nativeType: '',
  nullable: true,
  defaultValue: null,
  generatedAs: null,
  description: null,
  state,
});
const matches = (platform: string, rule: IdentifierRule, from: readonly string[], into: readonly string[]) =>
  matchColumns(
    from.map((name) => column('sensitive', name)),
    into.map((name) => column(rule, name)),
    platform,
  ).map(({ target }) => target?.name ?? null);

test('columns meet as the platform of the target reads names: the exact one first, then any spelling', () => {
  expect(matches('postgres', 'lower', ['PRICE', 'Price', 'none'], ['price', 'Price'])).toEqual(['price', 'Price', null]);
  expect(matches('snowflake', 'upper', ['price'], ['PRICE'])).toEqual(['PRICE']);
  expect(matches('bigquery', 'sensitive', ['price'], ['PRICE'])).toEqual([null]);
  expect(matches('mysql', 'insensitive', ['PRICE'], ['Price'])).toEqual(['Price']);
});

test('columns that are gone meet nothing', () => {
  expect(matchColumns([column('lower', 'a', 'removed')], [column('lower', 'a')], 'postgres')).toEqual([]);
  expect(matchColumns([column('lower', 'a')], [column('lower', 'a', 'removed')], 'postgres')[0]?.target).toBeNull();
});
