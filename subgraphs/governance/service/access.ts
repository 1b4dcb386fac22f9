import { badInput, notFound } from '../../../kernel/fault.ts';
import { principalById } from '../../../kernel/identity/principalById.ts';
import { ACTIONS, type Action, isAction } from '../../../kernel/policy/actions.ts';
import { type Caller, requireAction } from '../../../kernel/policy/decision.ts';
import { factsOfId } from '../../../kernel/policy/factsOf.ts';
import { visible } from '../../../kernel/policy/visible.ts';
import type { ClassFacts } from '../../../kernel/policy/facts.ts';
import type { Context } from '../context.ts';
import type { Access } from '../domain/policy.ts';

/** What the caller may, and by which policy. Null for an asset that is not there, or that they may not see. */
export async function myAccess({ kernel, request }: Context, action: string, resourceId: string | null): Promise<Access | null> {
  const asked = actionOf(action);
  const facts = await visibleFacts({ kernel, request }, asked, resourceId);
  return facts === 'hidden' ? null : accessOf(request, asked, facts);
}

/**
 * Why somebody may or may not do something.
 * @throws Fault FORBIDDEN, BAD_USER_INPUT, NOT_FOUND also for an asset that the caller may not see
 */
export async function explainAccess(
  { kernel, request }: Pick<Context, 'kernel' | 'request'>,
  principalId: string,
  action: string,
  resourceId: string | null,
): Promise<Access> {
  const asked = actionOf(action);
  if (principalId !== request.principal.id) requireAction(request, 'policy.read');
  const principal = await principalById(kernel.db, principalId);
  if (principal === null) throw notFound(principalId.slice(0, 100));
  const facts = await visibleFacts({ kernel, request }, asked, resourceId);
  if (facts === 'hidden') throw notFound(resourceId?.slice(0, 100) ?? 'The asset');
  return accessOf({ principal, policies: request.policies }, asked, facts);
}

function actionOf(text: string): Action {
  if (isAction(text)) return text;
  throw badInput(`action: there is no "${text.slice(0, 60)}". Take one of ${Object.keys(ACTIONS).join(', ')}.`);
}

async function visibleFacts(
  { kernel, request }: Pick<Context, 'kernel' | 'request'>,
  action: Action,
  resourceId: string | null,
): Promise<ClassFacts | null | 'hidden'> {
  if (ACTIONS[action].on === 'system') {
    if (resourceId !== null) throw badInput(`resourceId: ${action} is decided for the whole installation. Leave it out.`);
    return null;
  }
  if (resourceId === null) throw badInput(`resourceId: ${action} is decided asset by asset. Give the id of one, e.g. ast_….`);
  const found = await factsOfId(kernel.db, resourceId);
  const bitmap = await visible(kernel.db, request, ACTIONS[action].on === 'model' ? 'registry.read' : 'catalog.read');
  const isOpen = found !== null && ((bitmap[found.aclId >> 3] ?? 0) & (1 << (found.aclId & 7))) !== 0;
  return isOpen ? found.facts : 'hidden';
}

function accessOf({ principal, policies }: Caller, action: Action, facts: ClassFacts | null): Access {
  return { action, ...policies.decide(principal, action, facts) };
}
