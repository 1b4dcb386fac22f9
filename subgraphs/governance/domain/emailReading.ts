import type { Principal as Caller } from '../../../kernel/identity/principal.ts';
import { decide } from '../../../kernel/policy/decision.ts';

/** An address is for the person themselves and for those who curate. */
export const mayReadEmail = (caller: Caller, userId: string): boolean =>
  caller.id === userId || decide(caller, 'identity.readEmail').effect === 'allow';
