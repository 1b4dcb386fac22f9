import { execFileSync } from 'node:child_process';
import { test as property } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytes, graph, message, model, node, number, smallModel, tensor, varint } from '../test/support/onnxFile.ts';
import { refused } from '../test/support/refusedModel.ts';
import { HEAD_BYTES, inspectArtifact } from './inspectArtifact.ts';

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

describe('models that begin like something else', () => {
  const MODEL = { mediaType: 'application/onnx', isExecutable: false, isModel: true };
  // Each is a field of protobuf that no ModelProto has, or has otherwise, so that run-times pass over it.
  const beginnings = {
    'a PDF': Buffer.from('%PDF-'),
    'a picture': Buffer.concat([Buffer.from([0x89]), Buffer.from('PNG\r\n\x1a\n\0\0')]),
    'a table': Buffer.from(`PAR1${'x'.repeat(49)}`),
    'something in a group': Buffer.concat([varint(100 * 8 + 3), number(7, 1), varint(100 * 8 + 4)]),
    'something long': bytes(100, 'x'.repeat(1_000)),
  };
  const evil = model(graph({ nodes: [node('Evil', { domain: 'my.ops' })] }));
  const outside = model(graph({ initializers: [tensor({ dims: [4], external: [['location', '../../etc/passwd']] })] }));

  test.each(Object.entries(beginnings))('like %s: they are read, by their name or without it', (what, beginning) => {
    for (const [rest, reason] of [
      [smallModel(), null],
      [evil, 'UNKNOWN_DOMAIN'],
      [outside, 'EXTERNAL_DATA'],
    ] as const) {
      const file = Buffer.concat([beginning, rest]);
      for (const path of ['model.onnx', 'a/MODEL.ONNX', 'model.ｏｎｎｘ', 'model.onnx.', 'report.pdf', 'weights'])
        expect(inspectArtifact(path, file), path).toEqual(MODEL);
      // Groups nobody writes: with one a model is not taken, whatever is behind it.
      expect(refused(file)).toBe(what === 'something in a group' ? 'MALFORMED' : reason);
    }
  });

  test('of a large file its beginning says so, also when the graph goes on behind it', () => {
    const large = model(graph({ nodes: [node('Relu')], initializers: [tensor({ dims: [50_000], raw: Buffer.alloc(200_000) })] }));
    for (const beginning of [Buffer.alloc(0), ...Object.values(beginnings)]) {
      const file = Buffer.concat([beginning, large]);
      expect(inspectArtifact('weights', file.subarray(0, HEAD_BYTES))).toEqual(MODEL);
      expect(inspectArtifact('weights', file.subarray(0, HEAD_BYTES - 1)).isModel).toBe(beginning.length === 0);
    }
  });

  test('fields may stand in any order', () => {
    const file = Buffer.concat([bytes(7, graph({ nodes: [node('Relu')] })), bytes(2, 'test'), number(1, 8)]);
    expect(inspectArtifact('weights', file)).toEqual(MODEL);
    expect(refused(file)).toBeNull();
  });

  test.each([
    [
      'a PDF',
      Buffer.from('%PDF-1.4\n%\u00e2\u00e3\u00cf\u00d3\n1 0 obj\n<</Type/Catalog>>\nendobj\n', 'latin1'),
      'application/pdf',
    ],
    ['a picture', Buffer.concat([Buffer.from([0x89]), Buffer.from('PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x01')]), 'image/png'],
    ['a table', Buffer.from('PAR1\x15\x04\x15\x10\x15\x14L\x15\x02\x15\0\x12\0\0'), 'application/vnd.apache.parquet'],
    ['weights', Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(100)]), 'application/x-gguf'],
    // As TensorFlow writes them: the first field is a message, and the seventh is no graph of ONNX.
    ['other protobuf', Buffer.concat([message(1, bytes(1, 'a')), message(7, bytes(1, 'b'))]), 'text/plain'],
  ])('%s that is nothing else stays what it is', (_, head, mediaType) => {
    expect(inspectArtifact('file', head)).toEqual({ mediaType, isExecutable: false, isModel: false });
  });

  test('what can run stays executable, whatever it is called', () => {
    expect(inspectArtifact('model.onnx', Buffer.from([0x1f, 0x8b, 8]))).toEqual({
      mediaType: 'application/gzip',
      isExecutable: true,
      isModel: false,
    });
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
