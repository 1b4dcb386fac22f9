import { and, inArray, sql } from 'drizzle-orm';
import type { Queryable } from '../../../kernel/db/database.ts';
import type { Page } from '../../../kernel/page.ts';
import type { Principal, PrincipalState } from '../domain/principal.ts';
import { principal } from '../tables.ts';
import { principalOf } from './principalOf.ts';

export interface PrincipalFilter {
  readonly namePrefix: string | null;
  readonly email: string | null;
  readonly states: readonly PrincipalState[] | null;
  readonly kinds: readonly Principal['kind'][] | null;
}

/** The sort key of a principal. The database folds the case, on both sides of the comparison. */
export const principalKey = ({ name, id }: Principal): readonly [string, string] => [name, id];

/** Principals in the order of their names, one more than the page holds. */
export async function listPrincipals(
  { orm }: Queryable,
  filter: PrincipalFilter,
  { first, after }: Page<readonly ['text', 'text']>,
): Promise<readonly Principal[]> {
  const { namePrefix, email, states, kinds } = filter;
  const [afterName = '', afterId = ''] = after ?? [];
  const folded = sql`lower(${principal.name})`;
  const rows = await orm
    .select()
    .from(principal)
    .where(
      and(
        namePrefix === null ? undefined : sql`starts_with(${folded}, lower(${namePrefix}))`,
        email === null ? undefined : sql`lower(${principal.email}) = lower(${email})`,
        states === null ? undefined : inArray(principal.state, states),
        kinds === null ? undefined : inArray(principal.kind, kinds),
        after === null ? undefined : sql`(${folded}, ${principal.id}) > (lower(${afterName}::text), ${afterId}::text)`,
      ),
    )
    .orderBy(folded, principal.id)
    .limit(first + 1);
  return rows.map(principalOf);
}
