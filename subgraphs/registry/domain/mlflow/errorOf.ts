import type { Fault, FaultCode } from '../../../../kernel/fault.ts';
import { z } from 'zod';
import { MLFLOW_CODES, type MlflowCode } from './mlflowFault.ts';

/** What a fault is called where nobody has said it in MLflow's words. */
const CODE_OF: { readonly [C in FaultCode]?: MlflowCode } = {
  UNAUTHENTICATED: 'UNAUTHENTICATED',
  FORBIDDEN: 'PERMISSION_DENIED',
  FORBIDDEN_FIELD: 'PERMISSION_DENIED',
  NOT_FOUND: 'RESOURCE_DOES_NOT_EXIST',
  BAD_USER_INPUT: 'INVALID_PARAMETER_VALUE',
  INVALID_CURSOR: 'INVALID_PARAMETER_VALUE',
  LIMIT_EXCEEDED: 'INVALID_PARAMETER_VALUE',
  AS_OF_UNSUPPORTED: 'INVALID_PARAMETER_VALUE',
  AS_OF_NOT_SETTLED: 'INVALID_PARAMETER_VALUE',
  CONFLICT: 'RESOURCE_CONFLICT',
  IDEMPOTENCY_MISMATCH: 'RESOURCE_CONFLICT',
  READ_NOT_READY: 'TEMPORARILY_UNAVAILABLE',
  SOURCE_UNAVAILABLE: 'TEMPORARILY_UNAVAILABLE',
  SUBGRAPH_UNAVAILABLE: 'TEMPORARILY_UNAVAILABLE',
  STORE_UNAVAILABLE: 'TEMPORARILY_UNAVAILABLE',
  DEADLINE_EXCEEDED: 'DEADLINE_EXCEEDED',
};

const said = z.object({ mlflow: z.enum(Object.keys(MLFLOW_CODES) as MlflowCode[]) });

/** A fault as MLflow's clients read errors. */
export function errorOf({ code, extensions, message }: Fault): { readonly status: number; readonly body: object } {
  const mlflow = said.safeParse(extensions).data?.mlflow ?? CODE_OF[code] ?? 'INTERNAL_ERROR';
  return { status: MLFLOW_CODES[mlflow][0], body: { error_code: mlflow, message } };
}
