import { notFound } from '../../../kernel/fault.ts';
import { requireAction } from '../../../kernel/policy/decision.ts';
import type { Context } from '../context.ts';
import type { AccessKey } from '../domain/principal.ts';

/** One key, in force or not; everybody may see their own. @throws Fault FORBIDDEN */
export async function findKey({ request, loaders }: Context, id: string): Promise<AccessKey | null> {
  const key = await loaders.key.load(id);
  if (key?.principalId !== request.principal.id) requireAction(request, 'identity.manage');
  return key;
}

/** One that our own answer names. @throws Fault FORBIDDEN, NOT_FOUND */
export async function getKey(context: Context, id: string): Promise<AccessKey> {
  const key = await findKey(context, id);
  if (key === null) throw notFound(id);
  return key;
}
