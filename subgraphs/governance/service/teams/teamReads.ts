import { type Connection, type PageArgs, readPage, toConnection } from '../../../../kernel/page.ts';
import { requireField } from '../../../../kernel/policy/hiddenField.ts';
import type { Context } from '../../context.ts';
import type { Member, Principal, Team } from '../../domain/principal.ts';
import { listMembers, memberKey } from '../../store/memberships.ts';
import { requirePresent } from '../requirePresent.ts';

interface MemberPage extends Pick<Connection<Principal>, 'pageInfo'> {
  readonly edges: readonly (Omit<Member, 'principal'> & { readonly cursor: string; readonly node: Principal })[];
}

/** Direct members in the order of their names. @throws Fault FORBIDDEN_FIELD, AS_OF_UNSUPPORTED and those of `readPage` */
export async function membersOf({ kernel, request }: Context, { id }: Team, args: PageArgs): Promise<MemberPage> {
  requireField(request, 'identity.read', 'members');
  requirePresent(request, 'members');
  const page = readPage(args, JSON.stringify(['members', id]), 50, ['text', 'text']);
  const { edges, pageInfo } = toConnection(await listMembers(kernel.db, id, page), page, memberKey);
  return {
    edges: edges.map(({ cursor, node }) => ({ cursor, node: node.principal, origins: node.origins, since: node.since })),
    pageInfo,
  };
}

/** Teams that somebody is in directly. Everybody may know their own. @throws Fault FORBIDDEN_FIELD, AS_OF_UNSUPPORTED */
export async function teamsOf({ request, loaders }: Context, { id }: Principal): Promise<readonly Team[]> {
  if (id !== request.principal.id) requireField(request, 'identity.read', 'teams');
  requirePresent(request, 'teams');
  return loaders.teamsOf.load(id);
}
