import { fc, test } from '@fast-check/vitest';
import { describe, expect } from 'vitest';
import { jsonFault } from './jsonFault.ts';

describe('the place where text stops being JSON', () => {
  test.each([
    ['', { line: 1, column: 1, truncated: true }],
    ['{"a": 1', { line: 1, column: 8, truncated: true }],
    ['{"a":\n  "bc', { line: 2, column: 6, truncated: true }],
    ['[1, tru', { line: 1, column: 8, truncated: true }],
    ['{"a": 1}}', { line: 1, column: 9, truncated: false }],
    ['{"a": 1,\n "b" 2}', { line: 2, column: 6, truncated: false }],
    ['{"a": 1,}', { line: 1, column: 9, truncated: false }],
    ['<html>', { line: 1, column: 1, truncated: false }],
    ['[1 2]', { line: 1, column: 4, truncated: false }],
  ])('%j', (text, fault) => {
    expect(jsonFault(text)).toEqual(fault);
  });

  test.prop([fc.jsonValue(), fc.nat()])('every cut of an object is called truncated', (value, cut) => {
    const text = JSON.stringify({ value });
    const part = text.slice(0, cut % text.length);
    expect(jsonFault(part)).toMatchObject({ truncated: true, column: part.length + 1 });
  });
});
