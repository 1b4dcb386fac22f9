import type { Queryable } from '../db/database.ts';
import type { Principal } from '../identity/principal.ts';
import { decide, type Action } from './decision.ts';

/** One bit an ACL class, bit n%8 of byte n/8 as PostgreSQL's `get_bit` counts, for `kernel.may_see($1, acl_id)`. */
export type Bitmap = Buffer & { readonly __brand: 'Bitmap' };

/**
 * The classes of resources that the principal may act on. Search, lists, entity look-ups and lineage all ask this one answer,
 * so that none of them shows what another hides.
 */
export async function visible(db: Queryable, principal: Principal, action: Action): Promise<Bitmap> {
  if (decide(principal, action).effect === 'deny') return Buffer.alloc(0) as Bitmap;
  const [row] = await db.query<{ classes: number }>(
    'select coalesce(max(acl_id) + 1, 0)::int as classes from kernel.acl_class',
    [],
    'policy_classes',
  );
  return allOf(row?.classes ?? 0);
}

/** The bits that are left over in the last byte stay unset: they will belong to classes that nobody has looked at yet. */
function allOf(classes: number): Bitmap {
  const bitmap = Buffer.alloc(Math.ceil(classes / 8), 0xff);
  if (classes % 8 !== 0) bitmap[bitmap.length - 1] = 0xff >> (8 - (classes % 8));
  return bitmap as Bitmap;
}
