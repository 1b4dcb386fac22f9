import type { Queryable } from '../../../../kernel/db/database.ts';
import { groupBy } from '../../../../kernel/groupBy.ts';
import type { Bitmap } from '../../../../kernel/policy/visible.ts';
import type { No } from '../../domain/asset.ts';
import type { AssignedTerm, Term } from '../../domain/glossary/term.ts';
import { standing } from '../standing.ts';

/** Published as long as the approval holds by which it was published, where there was one. */
export const TERM_STATE = `case when t.state = 'published' and t.approval_id is not null and not exists (
    select from kernel.approval_request a where a.id = t.approval_id and a.state = 'APPLIED' and a.valid_until > clock_timestamp())
  then 'draft' else t.state end`;

export const TERM_FIELDS = `t.no::text, t.id, t.name, t.folded_name as "foldedName", t.definition, t.parent_no::text as "parentNo",
  (select p.id from catalog.glossary_term p where p.no = t.parent_no) as "parentId", t.synonyms, t.related_nos::text[] as "relatedNos",
  t.owner_ids as "ownerIds", t.state as said, ${TERM_STATE} as state, t.approval_id as "approvalId", t.version,
  t.created_by as "createdBy", t.worded_by as "wordedBy", t.created_at as "createdAt", t.updated_at as "updatedAt"`;

/** $1 is the bitmap of what the caller may see. */
export const TERMS_SEEN = `catalog.glossary_term t join kernel.resource r on r.no = t.no
  where t.deleted_at is null and kernel.may_see($1, r.acl_id)`;

export const termsById = (db: Queryable, bitmap: Bitmap, ids: readonly string[]): Promise<readonly Term[]> =>
  db.query<Term>(`select ${TERM_FIELDS} from ${TERMS_SEEN} and t.id = any($2)`, [bitmap, ids], 'catalog_terms_by_id');

export const termsByNo = (db: Queryable, bitmap: Bitmap, nos: readonly No[]): Promise<readonly Term[]> =>
  db.query<Term>(`select ${TERM_FIELDS} from ${TERMS_SEEN} and t.no = any($2::bigint[])`, [bitmap, nos], 'catalog_terms_by_no');

/** Terms that a term names as related, or that name it, in the order of their names. At most 100 each. */
export async function relatedTerms(db: Queryable, bitmap: Bitmap, nos: readonly No[]): Promise<ReadonlyMap<No, readonly Term[]>> {
  const rows = await db.query<Term & { readonly of: No }>(
    `select o.no::text as of, u.* from catalog.glossary_term o
     cross join lateral (
       select ${TERM_FIELDS} from ${TERMS_SEEN} and t.no <> o.no and (t.no = any(o.related_nos) or t.related_nos @> array[o.no])
       order by t.folded_name limit 100) u
     where o.no = any($2::bigint[])`,
    [bitmap, nos],
    'catalog_related_terms',
  );
  return groupBy(rows, ({ of }) => of);
}

/** Terms on assets and columns, in the order of their names. */
export async function termsOfAssets(
  db: Queryable,
  bitmap: Bitmap,
  nos: readonly No[],
): Promise<ReadonlyMap<No, readonly AssignedTerm[]>> {
  const rows = await db.query<Term & { readonly of: No; readonly since: AssignedTerm['since'] }>(
    `select g.no::text as of, g.since, u.* from (
       select s.no, a.term_no, min(a.recorded_from) as since from catalog.term_assignment a
       join (${standing('$2')}) s on s.assigned = a.asset_no
       where a.recorded_to = 'infinity' group by 1, 2) g
     join lateral (select t.folded_name as folded, ${TERM_FIELDS} from ${TERMS_SEEN} and t.no = g.term_no) u on true
     order by g.no, u.folded`,
    [bitmap, nos],
    'catalog_terms_of_assets',
  );
  return groupBy(
    rows.map(({ of, since, ...term }) => ({ of, since, term })),
    ({ of }) => of,
  );
}
