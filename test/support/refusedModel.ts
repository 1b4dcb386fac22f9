import { inspectModel } from '../../onnx/inspectModel.ts';
import { UnsafeModel, type UnsafeReason } from '../../onnx/unsafeModel.ts';

/** Why a model file is not taken; null when it is. Whatever else is thrown fails the test. */
export function refused(file: Uint8Array): UnsafeReason | null {
  try {
    inspectModel(file);
    return null;
  } catch (error) {
    if (error instanceof UnsafeModel && error.message.length < 400) return error.reason;
    throw error;
  }
}
