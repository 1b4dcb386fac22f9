export const APPROVAL_STATES = [
  'OPEN',
  'APPROVED',
  'REJECTED',
  'EXPIRED',
  'VOIDED',
  'WITHDRAWN',
  'NEEDS_REVALIDATION',
  'APPLIED',
  'SUPERSEDED',
  'REVOKED',
] as const;
export type ApprovalState = (typeof APPROVAL_STATES)[number];

/** The whole machine; `kernel.approval_transition` is the same in the database, and a test holds both together. */
export const TRANSITIONS: Readonly<Record<ApprovalState, readonly ApprovalState[]>> = {
  OPEN: ['APPROVED', 'REJECTED', 'EXPIRED', 'VOIDED', 'WITHDRAWN', 'NEEDS_REVALIDATION'],
  APPROVED: ['APPLIED', 'EXPIRED', 'VOIDED', 'WITHDRAWN', 'NEEDS_REVALIDATION', 'REVOKED'],
  NEEDS_REVALIDATION: ['APPROVED', 'OPEN', 'REJECTED', 'EXPIRED', 'VOIDED', 'WITHDRAWN'],
  APPLIED: ['SUPERSEDED', 'REVOKED', 'EXPIRED', 'VOIDED', 'APPLIED'],
  SUPERSEDED: ['APPLIED', 'EXPIRED', 'REVOKED', 'VOIDED'],
  REJECTED: [],
  EXPIRED: [],
  VOIDED: [],
  WITHDRAWN: [],
  REVOKED: [],
};

/** At most one request a subject and target is in one of these: it may still lead to something. */
export const LIVE = ['OPEN', 'APPROVED', 'NEEDS_REVALIDATION'] as const satisfies readonly ApprovalState[];

/** Reviewers may decide. */
export const isUndecided = (state: ApprovalState): boolean => state === 'OPEN' || state === 'NEEDS_REVALIDATION';

export const isLive = (state: ApprovalState): boolean => LIVE.some((live) => live === state);

export const mayGo = (from: ApprovalState, to: ApprovalState): boolean => TRANSITIONS[from].includes(to);
