import { randomUUID } from 'node:crypto';
import type { ConflictResult, MutationResult, RefusedResult } from '../../../../kernel/mutation/mutate.ts';
import { mlflowFault, type MlflowCode } from '../../domain/mlflow/mlflowFault.ts';

/** Clients of MLflow name no wish twice: each request is one of its own. */
export const wish = (): { readonly idempotencyKey: string } => ({ idempotencyKey: `mlflow/${randomUUID()}` });

const CODE_OF: Readonly<Record<string, MlflowCode>> = {
  FORBIDDEN: 'PERMISSION_DENIED',
  GUARDED_STAGE: 'PERMISSION_DENIED',
  IN_GUARDED_STAGE: 'PERMISSION_DENIED',
  IN_STAGE: 'PERMISSION_DENIED',
  NOT_FOUND: 'RESOURCE_DOES_NOT_EXIST',
  MODEL_EXISTS: 'RESOURCE_ALREADY_EXISTS',
};

/**
 * What a mutation did; what it refused becomes an error, which is how clients of MLflow hear of it. It is in the audit trail already.
 * @param accepted codes of refusals that say that everything is as it should be
 * @returns null for one of these
 */
export function settled<R extends MutationResult>(
  result: R | RefusedResult | ConflictResult,
  accepted: readonly string[] = [],
): Exclude<R, RefusedResult | ConflictResult> | null {
  if (isRefused(result)) {
    if (accepted.includes(result.code)) return null;
    throw mlflowFault(CODE_OF[result.code] ?? 'INVALID_PARAMETER_VALUE', result.message);
  }
  if (isConflict(result)) throw mlflowFault('RESOURCE_CONFLICT', result.message);
  return result as Exclude<R, RefusedResult | ConflictResult>;
}

export const isRefused = (result: MutationResult): result is RefusedResult => result.__typename === 'Refused';
const isConflict = (result: MutationResult): result is ConflictResult => result.__typename === 'Conflict';
