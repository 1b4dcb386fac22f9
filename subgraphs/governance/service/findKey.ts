import { notFound } from '../../../kernel/fault.ts';
import { requireAction } from '../../../kernel/policy/decision.ts';
import type { Context } from '../context.ts';
import type { AccessKey } from '../domain/principal.ts';

/** One key, in force or not. @throws Fault FORBIDDEN */
export async function findKey({ request, loaders }: Context, id: string): Promise<AccessKey | null> {
  requireAction(request, 'identity.manage');
  return loaders.key.load(id);
}

/** One that our own answer names. @throws Fault FORBIDDEN, NOT_FOUND */
export async function getKey(context: Context, id: string): Promise<AccessKey> {
  const key = await findKey(context, id);
  if (key === null) throw notFound(id);
  return key;
}
