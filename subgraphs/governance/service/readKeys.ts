import type { Context } from '../context.ts';
import type { AccessKey } from '../domain/principal.ts';
import { requireField } from '../../../kernel/policy/hiddenField.ts';
import { requirePresent } from './requirePresent.ts';

/** The keys of a person or service, latest first; everybody may see their own. @throws Fault FORBIDDEN_FIELD, AS_OF_UNSUPPORTED */
export async function readKeys({ request, loaders }: Context, principalId: string): Promise<readonly AccessKey[]> {
  if (principalId !== request.principal.id) requireField(request, 'identity.manage', 'accessKeys');
  requirePresent(request, 'accessKeys');
  return loaders.keysOf.load(principalId);
}
