export type RequirementState = 'PASS' | 'FAIL' | 'MISSING' | 'STALE';

export type RequirementKind = 'CONTENT' | 'EVIDENCE' | 'POLICY' | 'REVIEW' | 'CHALLENGE' | 'VALIDITY' | 'COOLDOWN';

/** One rule, whether it holds, and what to do when it does not. */
export interface Requirement {
  /** Names the rule within its policy, e.g. `evidence.metrics` or `review.1`. */
  readonly rule: string;
  readonly kind: RequirementKind;
  readonly state: RequirementState;
  /** What is asked for and what was found. */
  readonly reason: string;
  /** The command that supplies it; null where nothing has to be done or nothing helps. */
  readonly command: string | null;
  /** What was held against it. */
  readonly evidenceId: string | null;
}

export const areMet = (requirements: readonly Requirement[]): boolean => requirements.every(({ state }) => state === 'PASS');

/** What is not met, in a sentence each. */
export const unmetText = (requirements: readonly Requirement[]): string =>
  requirements
    .filter(({ state }) => state !== 'PASS')
    .map(({ rule, state, reason }) => `${rule}: ${state}, ${reason}`)
    .join(' ');
