import { Fault, type FaultCode } from '../../../../kernel/fault.ts';

/** The codes that clients of MLflow know, with the status that goes with each and the code of our own closed list. */
export const MLFLOW_CODES = {
  INVALID_PARAMETER_VALUE: [400, 'BAD_USER_INPUT'],
  RESOURCE_ALREADY_EXISTS: [400, 'CONFLICT'],
  RESOURCE_CONFLICT: [409, 'CONFLICT'],
  RESOURCE_DOES_NOT_EXIST: [404, 'NOT_FOUND'],
  ENDPOINT_NOT_FOUND: [404, 'NOT_FOUND'],
  UNAUTHENTICATED: [401, 'UNAUTHENTICATED'],
  PERMISSION_DENIED: [403, 'FORBIDDEN'],
  TEMPORARILY_UNAVAILABLE: [503, 'STORE_UNAVAILABLE'],
  DEADLINE_EXCEEDED: [504, 'DEADLINE_EXCEEDED'],
  INTERNAL_ERROR: [500, 'INTERNAL'],
} as const satisfies Record<string, readonly [number, FaultCode]>;

export type MlflowCode = keyof typeof MLFLOW_CODES;

/** An error as clients of MLflow tell errors apart. @param text what was wrong and what to do */
export const mlflowFault = (code: MlflowCode, text: string): Fault =>
  new Fault(MLFLOW_CODES[code][1], { public: text, extensions: { mlflow: code } });

export const invalid = (text: string): Fault => mlflowFault('INVALID_PARAMETER_VALUE', text);

export const absent = (text: string): Fault => mlflowFault('RESOURCE_DOES_NOT_EXIST', text);

/** A text of a client inside a message: short enough to be read. */
export const cited = (text: string): string => `'${text.length > 100 ? `${text.slice(0, 100)}…` : text}'`;
