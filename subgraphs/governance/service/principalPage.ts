import { readPage, toConnection, type Connection, type PageArgs } from '../../../kernel/page.ts';
import { requireAction } from '../../../kernel/policy/decision.ts';
import type { Context } from '../context.ts';
import type { Principal } from '../domain/principal.ts';
import { listPrincipals, principalKey, type PrincipalFilter } from '../store/listPrincipals.ts';
import { requirePresent } from './requirePresent.ts';

/** Principals in the order of their names. @throws Fault FORBIDDEN, AS_OF_UNSUPPORTED and those of `readPage` */
export async function principalPage(
  { kernel, request }: Context,
  filter: PrincipalFilter,
  args: PageArgs,
): Promise<Connection<Principal>> {
  requireAction(request, 'identity.read');
  requirePresent(request, 'principals');
  const page = readPage(args, JSON.stringify(['principals', filter]), 50, ['text', 'text']);
  return toConnection(await listPrincipals(kernel.db, filter, page), page, principalKey);
}
