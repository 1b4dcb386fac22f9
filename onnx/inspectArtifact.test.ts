import { execFileSync } from 'node:child_process';
import { test as property } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { smallModel } from '../test/support/onnxFile.ts';
import { inspectArtifact } from './inspectArtifact.ts';

const executable = (path: string, head: Uint8Array | string): boolean => inspectArtifact(path, Buffer.from(head)).isExecutable;

describe('pickles', () => {
  test.each([
    ['protocol 4', Buffer.from([0x80, 4, 0x95, 5, 0, 0, 0, 0, 0, 0, 0])],
    ['protocol 2', Buffer.from([0x80, 2, 0x63])],
    ['a call of protocol 0', "cos\nsystem\n(S'true'\ntR."],
    ['a call behind a mark', "(cposix\nsystem\nS'true'\no."],
    ['an instance of protocol 0', "(ios\nsystem\n(S'true'\no."],
    ['a dictionary of protocol 0', "(dp0\nS'a'\np1\nI1\ns."],
    ['an empty list of protocol 1', ']q\0.'],
  ])('%s is executable whatever it is called', (_, head) => {
    for (const path of ['model.onnx', 'weights.safetensors', 'data.json', 'model'])
      expect(inspectArtifact(path, Buffer.from(head))).toEqual({
        mediaType: 'application/x-python-pickle',
        isExecutable: true,
        isModel: false,
      });
  });

  const python = hasPython();
  test.skipIf(!python)('every pickle that Python writes is known (skipped without python3)', () => {
    const program = `import pickle,base64,collections
for p in range(6):
  for o in [{'a':1},[1,2],collections.OrderedDict(a=1),print,ValueError('x')]:
    print(base64.b64encode(pickle.dumps(o,p)).decode())`;
    const pickles = execFileSync('python3', ['-c', program], { encoding: 'utf8' }).trim().split('\n');
    expect(pickles).toHaveLength(30);
    for (const text of pickles) expect(executable('weights.bin', Buffer.from(text, 'base64')), text).toBe(true);
  });
});

describe('formats', () => {
  test('an ONNX model is one by its content or its name, and is read before it is taken', () => {
    const model = { mediaType: 'application/onnx', isExecutable: false, isModel: true };
    expect(inspectArtifact('model', smallModel())).toEqual(model);
    expect(inspectArtifact('dir.d/model.ONNX', Buffer.from('no model'))).toEqual(model);
  });

  test.each([
    ['model.pt', Buffer.from('PK\u0003\u0004archive/data.pkl', 'latin1')],
    ['images', Buffer.from('PK\u0003\u0004', 'latin1')],
    ['model.tar.gz', Buffer.from([0x1f, 0x8b, 8])],
    ['weights', Buffer.concat([Buffer.alloc(257), Buffer.from('ustar')])],
    ['model.h5', Buffer.from([0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10])],
    ['weights', Buffer.from([0x89, 0x48, 0x44, 0x46, 13, 10, 26, 10])],
    ['model.joblib', Buffer.from([0x78, 0x9c])],
    ['model.PKL', Buffer.from('whatever')],
    ['code/predict.py', Buffer.from('import os\n')],
    ['predict', Buffer.from('#!/bin/sh\nrm -rf /\n')],
    ['env.yaml', Buffer.from('a: !!python/object/apply:os.system ["true"]')],
    ['lib/op.so', Buffer.from([0x7f, 0x45, 0x4c, 0x46])],
    ['weights', Buffer.from([0x7f, 0x45, 0x4c, 0x46])],
    ['saved_model.pb', Buffer.from([10, 0])],
    ['card.html', Buffer.from('<p>')],
    ['card.md', Buffer.from('# Card\n<SCRIPT src=x>')],
    ['a.npy', Buffer.from("\u0093NUMPY\u0001\u0000v\u0000{'descr': '|O', 'fortran_order': False}", 'latin1')],
  ])('%s may run code', (path, head) => {
    expect(executable(path, head)).toBe(true);
  });

  test.each([
    ['requirements.txt', 'xgboost==2.0.0\n', 'text/plain'],
    ['MLmodel', 'flavors:\n  onnx: {}\n', 'text/plain'],
    ['input_example.json', '{"columns":["a"]}', 'application/json'],
    ['conda.yaml', 'name: churn\n', 'application/yaml'],
    ['data.csv', 'a,b\n', 'text/csv'],
    ['model.json', '{"learner":{}}', 'application/json'],
    ['weights.bin', Buffer.from([1, 0, 2, 0]), 'application/octet-stream'],
    [
      'a.npy',
      Buffer.from("\u0093NUMPY\u0001\u0000v\u0000{'descr': '<f4', 'fortran_order': False}", 'latin1'),
      'application/x-npy',
    ],
    ['plot.png', Buffer.from([0x89, 0x50, 0x4e, 0x47]), 'image/png'],
    ['empty', '', 'text/plain'],
    ['note.txt', 'Ünïcode 🚀', 'text/plain'],
  ])('%s is data', (path, head, mediaType) => {
    expect(inspectArtifact(path, Buffer.from(head))).toEqual({ mediaType, isExecutable: false, isModel: false });
  });

  property.prop([fc.string({ unit: 'binary', maxLength: 60 }), fc.uint8Array({ maxLength: 300 })], { numRuns: 2_000 })(
    'whatever it is, it gets an answer',
    (path, head) => {
      expect(inspectArtifact(path, head).mediaType).toMatch(/^[a-z]+\/[a-z0-9.+-]+$/);
    },
  );
});

function hasPython(): boolean {
  try {
    execFileSync('python3', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
