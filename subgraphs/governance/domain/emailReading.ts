import { type Caller, decide } from '../../../kernel/policy/decision.ts';

/** An address is for the person themselves and for those who curate. */
export const mayReadEmail = (caller: Caller, userId: string): boolean =>
  caller.principal.id === userId || decide(caller, 'identity.readEmail').effect === 'allow';
