import { notFound } from '../../../kernel/fault.ts';
import { requireAction } from '../../../kernel/policy/decision.ts';
import type { Context } from '../context.ts';
import type { Principal } from '../domain/principal.ts';

type Kind = Principal['kind'];
type OfKind<K extends Kind> = Extract<Principal, { readonly kind: K }>;

/**
 * One principal, as they are now also in answers about earlier times, so that joined facts keep their names.
 * Everybody may see themselves.
 * @throws Fault FORBIDDEN
 */
export async function findPrincipal({ request, loaders }: Context, id: string): Promise<Principal | null> {
  if (id !== request.principal.id) requireAction(request, 'identity.read');
  return loaders.principal.load(id);
}

/** The principal with this id, unless it is of another kind. @throws Fault FORBIDDEN */
export async function findOfKind<K extends Kind>(context: Context, kind: K, id: string): Promise<OfKind<K> | null> {
  const found = await findPrincipal(context, id);
  return found !== null && isOfKind(kind, found) ? found : null;
}

/** One that our own answer names. @throws Fault FORBIDDEN, NOT_FOUND */
export async function getPrincipal(context: Context, id: string): Promise<Principal> {
  const found = await findPrincipal(context, id);
  if (found === null) throw notFound(id);
  return found;
}

/** One that our own answer names. @throws Fault FORBIDDEN, NOT_FOUND */
export async function getOfKind<K extends Kind>(context: Context, kind: K, id: string): Promise<OfKind<K>> {
  const found = await findOfKind(context, kind, id);
  if (found === null) throw notFound(id);
  return found;
}

const isOfKind = <K extends Kind>(kind: K, principal: Principal): principal is OfKind<K> => principal.kind === kind;
