import { readPage, toConnection, type Connection, type PageArgs } from '../../../kernel/page.ts';
import { requireAction } from '../../../kernel/policy/decision.ts';
import type { Context } from '../context.ts';
import type { Principal } from '../domain/principal.ts';
import { listPrincipals, principalKey, type PrincipalFilter } from '../store/listPrincipals.ts';
import { requirePresent } from './requirePresent.ts';

/**
 * Principals in the order of their names. Whoever is found by an address is shown with it, so that is an event.
 * @throws Fault FORBIDDEN, AS_OF_UNSUPPORTED and those of `readPage`
 */
export async function principalPage(
  { kernel, request, disclosures }: Context,
  filter: PrincipalFilter,
  args: PageArgs,
): Promise<Connection<Principal>> {
  requireAction(request, 'identity.read');
  if (filter.email !== null) requireAction(request, 'identity.readEmail');
  requirePresent(request, 'principals');
  const page = readPage(args, JSON.stringify(['principals', filter]), 50, ['text', 'text']);
  const found = await listPrincipals(kernel.db, filter, page);
  if (filter.email !== null) {
    const others = found.filter(({ id }) => id !== request.principal.id);
    await Promise.all(others.map(({ id }) => disclosures.load({ kind: 'email', id })));
  }
  return toConnection(found, page, principalKey);
}
