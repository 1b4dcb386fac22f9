import type { Context } from '../context.ts';
import type { AccessKey } from '../domain/principal.ts';
import { requireField } from '../../../kernel/policy/hiddenField.ts';
import { requirePresent } from './requirePresent.ts';

/** The keys of a service account, latest first. @throws Fault FORBIDDEN_FIELD, AS_OF_UNSUPPORTED */
export async function readKeys({ request, loaders }: Context, principalId: string): Promise<readonly AccessKey[]> {
  requireField(request, 'identity.manage', 'accessKeys');
  requirePresent(request, 'accessKeys');
  return loaders.keysOf.load(principalId);
}
