import { decide } from '../../../kernel/policy/decision.ts';
import type { Context } from '../context.ts';
import { mayReadEmail } from '../domain/emailReading.ts';
import type { User } from '../domain/principal.ts';
import { hiddenField } from './requireField.ts';

/** @throws Fault FORBIDDEN_FIELD */
export function readEmail({ request }: Context, { id, email }: User): string | null {
  if (mayReadEmail(request.principal, id)) return email;
  throw hiddenField('email', decide(request.principal, 'identity.readEmail').policyIds);
}
