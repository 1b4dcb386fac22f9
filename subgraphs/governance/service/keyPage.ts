import { type Connection, type PageArgs, readPage, toConnection } from '../../../kernel/page.ts';
import { requireAction } from '../../../kernel/policy/decision.ts';
import type { Context } from '../context.ts';
import type { AccessKey } from '../domain/principal.ts';
import { type KeyFilter, listKeys } from '../store/listKeys.ts';
import { requirePresent } from './requirePresent.ts';

/** Keys of everybody, latest first. @throws Fault FORBIDDEN, AS_OF_UNSUPPORTED and those of `readPage` */
export async function keyPage({ kernel, request }: Context, filter: KeyFilter, args: PageArgs): Promise<Connection<AccessKey>> {
  requireAction(request, 'identity.manage');
  requirePresent(request, 'accessKeys');
  const page = readPage(args, JSON.stringify(['accessKeys', filter]), 50);
  return toConnection(await listKeys(kernel.db, filter, page), page, ({ id }) => [id]);
}
