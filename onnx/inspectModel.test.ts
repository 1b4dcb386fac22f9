import { test as property } from '@fast-check/vitest';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bytes, graph, message, model, node, number, smallModel, tensor, value, varint } from '../test/support/onnxFile.ts';
import { refused } from '../test/support/refusedModel.ts';
import { inspectModel } from './inspectModel.ts';

const withTensor = (content: Buffer): Buffer => model(graph({ initializers: [content] }));
const withNode = (content: Buffer): Buffer => model(graph({ nodes: [content] }));

test('a model says what goes in, what comes out and what it is made of', () => {
  const { operators, ...rest } = inspectModel(smallModel());
  expect(rest).toEqual({
    irVersion: 8,
    producer: 'test 1.0',
    opsets: [
      { domain: 'ai.onnx', version: 17 },
      { domain: 'ai.onnx.ml', version: 3 },
    ],
    inputs: [{ name: 'features', type: 'float32', shape: ['batch', 2] }],
    outputs: [{ name: 'score', type: 'float32', shape: ['batch', 1] }],
    nodes: 2,
    initializers: 1,
    initializerBytes: 8,
    externalData: [],
  });
  expect([...operators]).toEqual([
    ['ai.onnx.MatMul', 1],
    ['ai.onnx.Relu', 1],
  ]);
});

test('an initializer that is an input, too, is no input that anybody must give', () => {
  const content = graph({
    initializers: [tensor({ name: 'w', dims: [1], raw: Buffer.alloc(4) })],
    inputs: [value('x', []), value('w', [1])],
  });
  expect(inspectModel(model(content)).inputs).toEqual([{ name: 'x', type: 'float32', shape: [] }]);
});

test('outputs that are no tensors have the name of their type', () => {
  const zipMap = Buffer.concat([
    bytes(1, 'probabilities'),
    message(2, message(4, message(1, message(5, number(1, 8), message(2, message(1, number(1, 1))))))),
  ]);
  const content = graph({ inputs: [zipMap] });
  expect(inspectModel(model(content)).inputs).toEqual([
    { name: 'probabilities', type: 'sequence(map(string, float32))', shape: null },
  ]);
});

describe('what is no whole model', () => {
  test('every beginning of a file is refused as one that ends too early, or lacks its graph', () => {
    const file = smallModel();
    const reasons = new Set(Array.from({ length: file.length }, (_, end) => refused(file.subarray(0, end))));
    // Ends between two fields after the graph are fine: what follows there says nothing that must be said.
    expect(reasons).toEqual(new Set(['MALFORMED', 'TRUNCATED', null]));
    expect(refused(file.subarray(0, 40))).toBe('TRUNCATED');
  });

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('this is a text, not a model')],
    ['a group, which ONNX does not use', Buffer.concat([number(1, 8), varint(7 * 8 + 3)])],
    ['two graphs', model(graph({}), bytes(7, graph({})))],
    ['a number of eleven bytes', Buffer.concat([number(1, 8), varint(40), Buffer.alloc(10, 255), Buffer.from([1])])],
    ['a graph that is a number', Buffer.concat([number(1, 8), number(7, 1)])],
    ['a node without an operator', withNode(bytes(1, ''))],
  ])('%s is malformed', (_, file) => {
    expect(refused(file)).toBe('MALFORMED');
  });

  test('a length beyond the end ends too early, however large it says to be', () => {
    for (const length of [100n, 2n ** 31n, 2n ** 40n, 2n ** 52n])
      expect(refused(Buffer.concat([number(1, 8), varint(58), varint(length)]))).toBe('TRUNCATED');
    expect(refused(Buffer.concat([number(1, 8), varint(58), varint(2n ** 63n)]))).toBe('MALFORMED');
  });
});

describe('shapes', () => {
  test.each([
    ['2^40 values without a byte', tensor({ dims: [2n ** 40n] })],
    ['a product that leaves 64 bits', tensor({ dims: [2n ** 40n, 2n ** 40n], raw: Buffer.alloc(8) })],
    ['a negative dimension', tensor({ dims: [-1], raw: Buffer.alloc(4) })],
    ['one value more than there are bytes', tensor({ dims: [3], raw: Buffer.alloc(11) })],
    ['texts that are not there', tensor({ dims: [1000], type: 8 })],
    [
      'more than its external data',
      tensor({
        dims: [5],
        external: [
          ['location', 'w'],
          ['length', '16'],
        ],
      }),
    ],
    ['65 dimensions', tensor({ dims: Array.from({ length: 65 }, () => 1), raw: Buffer.alloc(4) })],
  ])('a tensor with %s is refused', (_, content) => {
    expect(refused(withTensor(content))).toBe('BAD_SHAPE');
  });

  test('packed and single dimensions are the same, and half bytes count', () => {
    const packed = Buffer.concat([bytes(1, Buffer.concat([varint(2), varint(3)])), number(2, 1), bytes(9, Buffer.alloc(23))]);
    expect(refused(withTensor(packed))).toBe('BAD_SHAPE');
    expect(refused(withTensor(tensor({ dims: [2, 3], raw: Buffer.alloc(24) })))).toBeNull();
    expect(refused(withTensor(tensor({ dims: [6], type: 22, raw: Buffer.alloc(3) })))).toBeNull();
  });

  test.each([[[2n ** 40n]], [[-2]], [[2 ** 20, 2 ** 20]]])('an input of the shape %s is refused', (shape) => {
    expect(refused(model(graph({ inputs: [value('x', shape)] })))).toBe('BAD_SHAPE');
  });

  test('an input of a size that nobody knows is none', () => {
    expect(inspectModel(model(graph({ inputs: [value('x', [-1, 'n', ''])] }))).inputs).toEqual([
      { name: 'x', type: 'float32', shape: [null, 'n', null] },
    ]);
  });
});

describe('operators', () => {
  test.each(['ai.onnx.contrib', 'my.ops', 'ai.onnx.ml ', 'AI.ONNX', 'org.pytorch.aten'])('the domain %j is refused', (domain) => {
    expect(refused(withNode(node('Anything', { domain })))).toBe('UNKNOWN_DOMAIN');
  });

  test.each(['', 'ai.onnx', 'ai.onnx.ml', 'com.microsoft'])('the domain %j is taken', (domain) => {
    expect(refused(withNode(node('Anything', { domain })))).toBeNull();
  });

  test.each(['PythonOp', 'EPContext'])('%s is refused in any domain', (operator) => {
    expect(refused(withNode(node(operator, { domain: 'com.microsoft' })))).toBe('FORBIDDEN_OPERATOR');
  });

  const function_ = (name: string, ...nodes: readonly Buffer[]): Buffer =>
    message(25, bytes(1, name), bytes(4, 'x'), bytes(10, 'mine'), ...nodes.map((content) => bytes(7, content)));
  const call = (name: string): Buffer => node(name, { domain: 'mine' });

  test('a function that the model brings is an operator, and its body is read like a graph', () => {
    const calls = graph({ nodes: [call('F')] });
    expect(refused(model(calls, function_('F', node('Relu', { inputs: ['x'], outputs: ['y'] }))))).toBeNull();
    expect(refused(model(calls, function_('G')))).toBe('UNKNOWN_DOMAIN');
    expect(refused(model(calls, function_('F', node('Evil', { domain: 'other' }))))).toBe('UNKNOWN_DOMAIN');
    expect(refused(model(calls, function_('F', node('Relu', { inputs: ['nothing'] }))))).toBe('NOT_A_GRAPH');
  });

  test('functions that call themselves are refused, also by others and in branches', () => {
    expect(refused(model(graph({}), function_('F', call('F'))))).toBe('NOT_A_GRAPH');
    expect(refused(model(graph({}), function_('F', call('G')), function_('G', call('H'), call('F')), function_('H')))).toBe(
      'NOT_A_GRAPH',
    );
    const branch = node('If', { attributes: [bytes(6, graph({ nodes: [call('F')] }))] });
    expect(refused(model(graph({}), function_('F', branch)))).toBe('NOT_A_GRAPH');
    expect(refused(model(graph({}), function_('F', call('G'), call('G')), function_('G')))).toBeNull();
  });
});

describe('graphs', () => {
  const step = (from: string, to: string): Buffer => node('Relu', { inputs: [from], outputs: [to] });

  test('a cycle is refused, and what nobody makes, and what is made twice', () => {
    expect(refused(model(graph({ nodes: [step('b', 'a'), step('a', 'b')] })))).toBe('NOT_A_GRAPH');
    expect(refused(model(graph({ nodes: [step('a', 'a')] })))).toBe('NOT_A_GRAPH');
    expect(refused(model(graph({ nodes: [step('nobody', 'a')] })))).toBe('NOT_A_GRAPH');
    expect(refused(model(graph({ outputs: [value('nobody')] })))).toBe('NOT_A_GRAPH');
    const twice = graph({ inputs: [value('x')], nodes: [step('x', 'a'), step('x', 'a')] });
    expect(refused(model(twice))).toBe('NOT_A_GRAPH');
  });

  const nested = (depth: number): Buffer =>
    depth === 0
      ? graph({ nodes: [step('x', 'inner')] })
      : graph({ nodes: [node('If', { inputs: ['x'], attributes: [bytes(6, nested(depth - 1))] })] });
  const nesting = (depth: number): Buffer => model(Buffer.concat([nested(depth), bytes(11, value('x'))]));

  test('a branch sees what is around it, but only what is there already', () => {
    expect(refused(nesting(1))).toBeNull();
    const early = node('If', { attributes: [bytes(6, graph({ nodes: [step('later', 'inner')] }))] });
    expect(refused(model(graph({ inputs: [value('x')], nodes: [early, step('x', 'later')] })))).toBe('NOT_A_GRAPH');
    const leaks = graph({ inputs: [value('x')], nodes: [node('If', { attributes: [bytes(6, nested(0))] }), step('inner', 'y')] });
    expect(refused(model(leaks))).toBe('NOT_A_GRAPH');
  });

  test('branches in branches have an end', () => {
    expect(refused(nesting(16))).toBeNull();
    expect(refused(nesting(17))).toBe('TOO_COMPLEX');
    expect(refused(nesting(300))).toBe('TOO_COMPLEX');
  });

  test('types in types have an end', () => {
    const type = (depth: number): Buffer => (depth === 0 ? message(1, number(1, 1)) : message(4, message(1, type(depth - 1))));
    const input = (depth: number): Buffer => graph({ inputs: [Buffer.concat([bytes(1, 'x'), message(2, type(depth))])] });
    expect(refused(model(input(3)))).toBeNull();
    expect(refused(model(input(300)))).toBe('TOO_COMPLEX');
  });
});

describe('whatever the bytes are', () => {
  const survives = (file: Uint8Array): void => {
    const from = process.cpuUsage();
    refused(file);
    expect(process.cpuUsage(from).user).toBeLessThan(1_000_000);
  };
  property.prop([fc.uint8Array({ maxLength: 400 })], { numRuns: 1_000 })('bytes by chance', survives);
  property.prop([fc.nat(10_000), fc.nat(255), fc.nat(10_000)], { numRuns: 2_000 })(
    'a model with one byte changed and one cut out',
    (at, byte, cut) => {
      const file = smallModel();
      file[at % file.length] = byte;
      const from = cut % file.length;
      survives(file);
      survives(Buffer.concat([file.subarray(0, from), file.subarray(from + 1)]));
    },
  );

  test('many small fields and many functions of one name take no more than their share of time', () => {
    const ints = Buffer.concat([varint(8 * 8), varint(1)]);
    survives(withNode(node('Constant', { attributes: [Buffer.alloc(4_000_000, ints)] })));
    const same = message(25, bytes(1, 'F'), bytes(10, 'mine'), bytes(7, node('Relu')));
    expect(refused(model(graph({}), ...Array.from({ length: 20_001 }, () => same)))).toBe('TOO_COMPLEX');
  });

  test('more fields than are read are refused before they are', () => {
    const file = Buffer.concat([number(1, 8), Buffer.alloc(40_000_002, number(5, 1))]);
    expect(refused(file)).toBe('TOO_COMPLEX');
  });
});
