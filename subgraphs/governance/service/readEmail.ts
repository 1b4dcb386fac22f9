import { requireField } from '../../../kernel/policy/hiddenField.ts';
import type { Context } from '../context.ts';
import { mayReadEmail } from '../domain/emailReading.ts';
import type { User } from '../domain/principal.ts';

/** That the address of somebody else was read is an event. @throws Fault FORBIDDEN_FIELD */
export async function readEmail({ request, disclosures }: Context, { id, email }: User): Promise<string | null> {
  if (!mayReadEmail(request, id)) requireField(request, 'identity.readEmail', 'email');
  if (email !== null && id !== request.principal.id) await disclosures.load({ kind: 'email', id });
  return email;
}
