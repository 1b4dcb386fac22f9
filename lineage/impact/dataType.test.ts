import { describe, expect, test } from 'vitest';
import { isWidening, sameType } from './dataType.ts';

describe('one type in different words', () => {
  test.each([
    ['INT', 'integer'],
    ['character varying(10)', 'VARCHAR (10)'],
    ['numeric(10,2)', 'DECIMAL(10, 2)'],
    ['double precision', 'float8'],
  ])('%s = %s', (a, b) => {
    expect(sameType(a, b)).toBe(true);
  });

  test.each([
    ['varchar(10)', 'varchar(20)'],
    ['timestamp', 'timestamptz'],
    ['struct<a int>', 'struct<a text>'],
  ])('%s ≠ %s', (a, b) => {
    expect(sameType(a, b)).toBe(false);
  });
});

describe('a type that holds all of the old one', () => {
  test.each([
    ['int', 'bigint', true],
    ['bigint', 'int', false],
    ['varchar(10)', 'varchar(20)', true],
    ['varchar(20)', 'varchar(10)', false],
    ['varchar(20)', 'text', true],
    ['text', 'varchar(20)', false],
    ['decimal(10,2)', 'decimal(12,2)', true],
    ['decimal(10,2)', 'decimal(10,4)', false],
    ['decimal(10,2)', 'decimal(12,4)', true],
    ['int', 'text', false],
    ['real', 'double', true],
    ['char(2)', 'varchar(4)', true],
  ])('%s -> %s: %s', (from, to, expected) => {
    expect(isWidening(from, to)).toBe(expected);
  });
});
