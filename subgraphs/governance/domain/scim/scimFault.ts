import { Fault, type FaultCode } from '../../../../kernel/fault.ts';

/** Kinds of errors that RFC 7644 gives a name, section 3.12. */
export type ScimType =
  | 'invalidFilter'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue';

/** What the client did wrong. */
export const scimFault = (scimType: ScimType, detail: string): Fault =>
  new Fault(scimType === 'uniqueness' ? 'CONFLICT' : 'BAD_USER_INPUT', { public: detail, extensions: { scimType } });

/** An error that has a status of its own instead of a name. */
export const statusFault = (code: FaultCode, status: number, detail: string): Fault =>
  new Fault(code, { public: detail, extensions: { status } });

/** A decision against the wish of the provider; it is recorded. */
export const refusedFault = (
  subject: { readonly type: 'User' | 'Team'; readonly id: string },
  code: string,
  detail: string,
): Fault => new Fault('CONFLICT', { public: detail, extensions: { refusal: { ...subject, code } } });
