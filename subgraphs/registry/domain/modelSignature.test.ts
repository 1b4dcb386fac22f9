import { expect, test } from 'vitest';
import { inspectModel } from '../../../onnx/inspectModel.ts';
import { graph, model, smallModel, value } from '../../../test/support/onnxFile.ts';
import { modelSignature } from './modelSignature.ts';

test('one model says what goes in and comes out', () => {
  expect(modelSignature([inspectModel(smallModel())])).toEqual({
    inputs: [{ name: 'features', type: 'tensor(float32)', shape: [-1, 2], isRequired: true }],
    outputs: [{ name: 'score', type: 'tensor(float32)', shape: [-1, 1], isRequired: true }],
  });
});

test('none, several, and one whose inputs are no signature say nothing', () => {
  const small = inspectModel(smallModel());
  expect(modelSignature([])).toBeNull();
  expect(modelSignature([small, small])).toBeNull();
  expect(modelSignature([inspectModel(model(graph({ inputs: [value('x'.repeat(501))] })))])).toBeNull();
});
