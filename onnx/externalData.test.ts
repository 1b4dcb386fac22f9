import { describe, expect, test } from 'vitest';
import { bytes, graph, message, model, node, number, tensor } from '../test/support/onnxFile.ts';
import { refused } from '../test/support/refusedModel.ts';
import { requireExternalData } from './externalData.ts';
import { inspectModel } from './inspectModel.ts';

const withTensor = (content: Buffer): Buffer => model(graph({ initializers: [content] }));
const withNode = (content: Buffer): Buffer => model(graph({ nodes: [content] }));

describe('external data', () => {
  const outside = (...external: readonly (readonly [string, string])[]): Buffer => withTensor(tensor({ dims: [4], external }));

  test('beside the model it is listed, for whoever knows what else there is', () => {
    const file = outside(['location', 'weights/w.bin'], ['offset', '4096'], ['length', '16'], ['checksum', 'abc']);
    const { externalData, initializerBytes } = inspectModel(file);
    expect(externalData).toEqual([{ location: 'weights/w.bin', offset: 4096, length: 16 }]);
    expect(initializerBytes).toBe(0);
    const sizes = (size: number) => new Map([['model/weights/w.bin', size]]);
    expect(() => requireExternalData('model/model.onnx', externalData, sizes(4112))).not.toThrow();
    expect(() => requireExternalData('model/model.onnx', externalData, sizes(4111))).toThrow(/beyond the end/);
    expect(() => requireExternalData('model.onnx', externalData, sizes(4112))).toThrow(/no artifact of this version/);
  });

  test.each([
    '../../etc/passwd',
    'a/../../b',
    '/etc/passwd',
    'C:\\weights.bin',
    'C:weights.bin',
    '\\\\server\\share',
    'file:///etc/passwd',
    './w.bin',
    'a//b',
    ' ',
    '',
    'w.bin\0.txt',
    'w\u202Enib.',
    '~/\uFEFFw',
    'x'.repeat(501),
  ])('the location %j is refused', (location) => {
    expect(refused(outside(['location', location]))).toBe('EXTERNAL_DATA');
  });

  test.each([
    ['offset', '-1'],
    ['offset', '1e3'],
    ['offset', '9223372036854775807'],
    ['offset', ' 1'],
    ['length', '-4'],
    ['length', '999999999999999'],
    ['length', 'NaN'],
  ])('%s %s is refused', (key, written) => {
    expect(refused(outside(['location', 'w.bin'], [key, written]))).toBe('EXTERNAL_DATA');
  });

  test('said twice, said without being marked, said of texts: refused', () => {
    expect(refused(outside(['location', 'w.bin'], ['location', '../w.bin']))).toBe('EXTERNAL_DATA');
    const unmarked = Buffer.concat([number(1, 1), number(2, 1), message(13, bytes(1, 'location'), bytes(2, '/etc/passwd'))]);
    expect(refused(withTensor(unmarked))).toBe('EXTERNAL_DATA');
    expect(refused(withTensor(tensor({ dims: [1], type: 8, external: [['location', 'w.bin']] })))).toBe('EXTERNAL_DATA');
  });

  test('it is found wherever a tensor may stand', () => {
    const bad = tensor({ dims: [1], external: [['location', '../x']] });
    const attribute = (field: number, content: Buffer): Buffer =>
      withNode(node('Constant', { outputs: ['c'], attributes: [bytes(field, content)] }));
    const sparse = Buffer.concat([bytes(1, tensor({ dims: [1], raw: Buffer.alloc(4) })), bytes(2, bad)]);
    const inner = graph({ initializers: [bad] });
    const function_ = message(25, bytes(1, 'F'), bytes(10, 'mine'), bytes(11, bytes(5, bad)));
    for (const file of [
      attribute(5, bad),
      attribute(10, bad),
      attribute(22, sparse),
      attribute(6, inner),
      attribute(11, inner),
      model(graph({}), function_),
      model(message(15, bytes(1, bad))),
    ])
      expect(refused(file)).toBe('EXTERNAL_DATA');
  });
});
