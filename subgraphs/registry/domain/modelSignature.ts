import { Fault } from '../../../kernel/fault.ts';
import type { InspectedModel } from '../../../onnx/inspectModel.ts';
import type { ModelValue } from '../../../onnx/valueInfo.ts';
import type { Signature } from './model.ts';
import { readSignature } from './signature.ts';

/** What a version takes and gives by the word of its model; null unless there is one model, and its inputs fit a signature. */
export function modelSignature(models: readonly Pick<InspectedModel, 'inputs' | 'outputs'>[]): Signature | null {
  const [model, ...others] = models;
  if (model === undefined || others.length > 0) return null;
  try {
    return readSignature({ inputs: model.inputs.map(feature), outputs: model.outputs.map(feature) });
  } catch (error) {
    // Nobody gave this signature, so nobody is told what is wrong with it.
    if (error instanceof Fault && error.code === 'BAD_USER_INPUT') return null;
    throw error;
  }
}

/** A dimension that is only known at run time varies. */
const feature = ({ name, type, shape }: ModelValue): object =>
  shape === null
    ? { name, type }
    : { name, type: `tensor(${type})`, shape: shape.map((dim) => (typeof dim === 'number' ? dim : -1)) };
