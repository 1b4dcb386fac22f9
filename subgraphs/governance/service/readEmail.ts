import { decide } from '../../../kernel/policy/decision.ts';
import type { Context } from '../context.ts';
import { mayReadEmail } from '../domain/emailReading.ts';
import type { User } from '../domain/principal.ts';
import { hiddenField } from '../../../kernel/policy/hiddenField.ts';

/** That the address of somebody else was read is an event. @throws Fault FORBIDDEN_FIELD */
export async function readEmail({ request, disclosures }: Context, { id, email }: User): Promise<string | null> {
  if (!mayReadEmail(request, id)) throw hiddenField(request, 'email', decide(request, 'identity.readEmail'));
  if (email !== null && id !== request.principal.id) await disclosures.load({ kind: 'email', id });
  return email;
}
