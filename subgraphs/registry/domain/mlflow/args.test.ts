import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { double, flag, int64, optional, pair, readArgs, required, text } from './args.ts';

const shape = z.object({
  name: required,
  count: optional(int64),
  value: optional(double),
  isOn: optional(flag),
  tags: optional(z.array(pair)),
  note: optional(text),
});
const wrong = (message: string | RegExp) =>
  expect.objectContaining({ extensions: { mlflow: 'INVALID_PARAMETER_VALUE' }, message: expect.stringMatching(message) });

describe('arguments', () => {
  test('come as protobuf writes JSON', () => {
    expect(
      readArgs(shape, { name: 'a', count: '12', value: 'NaN', isOn: 'true', tags: [{ key: 'k' }], other: 1, note: null }),
    ).toEqual({
      name: 'a',
      count: 12,
      value: Number.NaN,
      isOn: true,
      tags: [{ key: 'k', value: '' }],
      note: undefined,
    });
    expect(readArgs(shape, { name: 'a', count: -5, value: '-Infinity', isOn: false })).toMatchObject({
      count: -5,
      value: -Infinity,
      isOn: false,
    });
    expect(readArgs(shape, { name: 'a', value: '1e3' })).toMatchObject({ value: 1_000 });
  });

  test.each([
    [{}, "Missing value for required parameter 'name'"],
    [{ name: '' }, "Missing value for required parameter 'name'"],
    [{ name: null }, "Missing value for required parameter 'name'"],
    [undefined, "Missing value for required parameter 'name'"],
    [{ name: 5 }, /Invalid value '5' for parameter 'name'/],
    [{ name: 'a', count: 1.5 }, /parameter 'count'/],
    [{ name: 'a', count: '1e3' }, /parameter 'count'/],
    [{ name: 'a', count: 2 ** 60 }, /parameter 'count'/],
    [{ name: 'a', value: 'much' }, /parameter 'value'/],
    [{ name: 'a', value: '' }, /parameter 'value'/],
    [{ name: 'a', isOn: 'yes' }, /parameter 'isOn'/],
    [
      { name: 'a', tags: [{ key: 'k' }, { value: 'v' }] },
      "Missing value for required parameter 'tags[1].key'".replaceAll(/[[\]]/g, '\\$&'),
    ],
    [{ name: 'a', tags: 'k' }, /parameter 'tags'/],
    [{ name: 'a\0b' }, /'name' has a character that cannot be stored/],
    [{ name: 'a', tags: [{ key: 'k', value: '\uD800' }] }, /'tags\[0\].value' has a character/],
  ])('%j are refused', (given, message) => expect(() => readArgs(shape, given)).toThrow(wrong(message)));

  test('are not nested without end', () => {
    let deep: unknown = 'x';
    for (let i = 0; i < 50; i++) deep = [deep];
    expect(() => readArgs(shape, { name: deep })).toThrow(wrong(/nested/));
  });
});
