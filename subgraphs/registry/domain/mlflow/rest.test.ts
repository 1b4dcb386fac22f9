import { describe, expect, test } from 'vitest';
import { Fault } from '../../../../kernel/fault.ts';
import { errorOf } from './errorOf.ts';
import { evidenceOf } from './evidenceOf.ts';
import { mlflowFault } from './mlflowFault.ts';
import { signatureIn } from './modelFile.ts';
import { checkKey, checkLoggedModelName, lastOfEach } from './names.ts';
import { cut, readSlice } from './pageToken.ts';
import { runName } from './runName.ts';

describe('an error', () => {
  test('is told in the words of MLflow', () => {
    expect(errorOf(mlflowFault('RESOURCE_ALREADY_EXISTS', 'taken'))).toEqual({
      status: 400,
      body: { error_code: 'RESOURCE_ALREADY_EXISTS', message: 'taken' },
    });
    expect(errorOf(new Fault('FORBIDDEN', { public: 'no' }))).toEqual({
      status: 403,
      body: { error_code: 'PERMISSION_DENIED', message: 'no' },
    });
    expect(errorOf(new Fault('STORE_UNAVAILABLE', { public: 'later' })).status).toBe(503);
    expect(errorOf(new Fault('INTERNAL', { public: 'a bug' }))).toEqual({
      status: 500,
      body: { error_code: 'INTERNAL_ERROR', message: 'a bug' },
    });
  });
});

describe('a page token', () => {
  const bounds = { usual: 2, most: 10, atOnce: 5 };
  test('goes on where the page before ended, of the same query alone', () => {
    const slice = readSlice({ max: undefined, token: undefined }, bounds, 'q');
    const { rows, token } = cut([1, 2, 3], slice);
    expect([rows, slice.max, slice.offset]).toEqual([[1, 2], 2, 0]);
    expect(readSlice({ max: 4, token }, bounds, 'q')).toMatchObject({ max: 4, offset: 2 });
    expect(() => readSlice({ max: 4, token }, bounds, 'another')).toThrow(/page token/);
    expect(cut([1, 2], slice).token).toBeUndefined();
  });
  test.each(['x', '====', Buffer.from('{"offset":-1,"of":"0"}').toString('base64'), 'a'.repeat(10_000)])('%j is none', (token) =>
    expect(() => readSlice({ max: 1, token }, bounds, 'q')).toThrow(/page token/),
  );
  test('pages have a size', () => {
    for (const max of [0, -1, 11]) expect(() => readSlice({ max, token: undefined }, bounds, 'q')).toThrow(/max_results/);
    expect(readSlice({ max: 10, token: undefined }, bounds, 'q').max).toBe(5);
  });
});

describe('metrics as evidence', () => {
  const evidence = (metrics: Parameters<typeof evidenceOf>[0]) => evidenceOf(metrics, (name) => name === 'in');
  test('have names that thresholds can name', () => {
    expect(
      evidence([
        { key: 'val/auc', value: 0.9 },
        { key: '1st', value: 1 },
        { key: 'loss', value: 0 },
      ]),
    ).toEqual({ val_auc: 0.9, _1st: 1, loss: 0 });
  });
  test('are finite, and stand for one metric each', () => {
    expect(
      evidence([
        { key: 'a', value: 'NaN' },
        { key: 'in', value: 1 },
        { key: 'a-b', value: 1 },
        { key: 'a/b', value: 2 },
      ]),
    ).toEqual({});
  });
});

describe('the signature in a file MLmodel', () => {
  const file = (inputs: unknown, outputs: unknown) => ({
    signature: { inputs: JSON.stringify(inputs), outputs: JSON.stringify(outputs) },
  });
  test('is read, of columns and of tensors', () => {
    expect(
      signatureIn(
        file(
          [{ name: 'age', type: 'double', required: false }],
          [{ type: 'tensor', 'tensor-spec': { dtype: 'float32', shape: [-1, 2] } }],
        ),
      ),
    ).toEqual({
      inputs: [{ name: 'age', type: 'double', shape: null, isRequired: false }],
      outputs: [{ name: 'output_0', type: 'tensor(float32)', shape: [-1, 2], isRequired: true }],
    });
  });
  test.each([
    null,
    {},
    { signature: null },
    { signature: { inputs: 'x' } },
    file([], []),
    file([{ name: 'a' }, { name: 'a' }], []),
  ])('%j is none', (content) => expect(signatureIn(content)).toBeNull());
});

describe('names', () => {
  test.each(['a', 'a b', 'a/b', 'val.loss', 'ä_1', 'a:b'])('%j is a key', (key) =>
    expect(() => checkKey('metric', key)).not.toThrow(),
  );
  test.each(['', '/', 'a/', '/a', 'a//b', '.', '..', 'a/../b', 'a\nb', 'a;b', "a'b", 'x'.repeat(251)])('%j is no key', (key) =>
    expect(() => checkKey('metric', key)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' })),
  );
  test.each(['', ' ', 'a/b', 'a:b', 'a.b', 'a%b', "a'b", 'x'.repeat(257)])('%j names no logged model', (name) =>
    expect(() => checkLoggedModelName(name)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT' })),
  );
  test('of values of one key the last one counts', () => {
    expect(
      lastOfEach([
        { key: 'a', value: '1' },
        { key: 'b', value: '2' },
        { key: 'a', value: '3' },
      ]),
    ).toEqual([
      { key: 'a', value: '3' },
      { key: 'b', value: '2' },
    ]);
  });
  test('a run that nobody names has a name', () => expect(runName(Uint8Array.of(0, 1, 2, 3))).toBe('amber-badger-515'));
});
