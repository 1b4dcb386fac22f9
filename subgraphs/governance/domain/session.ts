import type { Instant } from '../../../kernel/time.ts';

/** A sign-in that goes on for a while without asking the provider again. */
export interface Session {
  readonly id: string;
  readonly principalId: string;
  readonly issuer: string;
  /** The session at the provider, where it names one. */
  readonly providerSession: string | null;
  readonly expiresAt: Instant;
}

/** A working day. */
export const SESSION_MS = 8 * 3_600_000;
