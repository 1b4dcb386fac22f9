import type { Queryable } from '../db/database.ts';
import { aclClasses } from './aclClasses.ts';
import type { Action, Caller } from './decision.ts';

/** One bit an ACL class, bit n%8 of byte n/8 as PostgreSQL's `get_bit` counts, for `kernel.may_see($1, acl_id)`. */
export type Bitmap = Buffer & { readonly __brand: 'Bitmap' };

/** Whether there is nothing that the caller may not act on. */
export async function seesEverything(db: Queryable, { principal, policies }: Caller, action: Action): Promise<boolean> {
  return policies.rights(principal, action).areFull(await aclClasses(db));
}

/**
 * The classes of resources that the caller may act on. Search, lists, entity look-ups and lineage all ask this one answer,
 * so that none of them shows what another hides.
 */
export async function visible(db: Queryable, { principal, policies }: Caller, action: Action): Promise<Bitmap> {
  return policies.rights(principal, action).bits(await aclClasses(db)) as Bitmap;
}
