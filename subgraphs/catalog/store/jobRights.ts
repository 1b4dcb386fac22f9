import type { Bitmap } from '../../../kernel/policy/visible.ts';

/** What the caller may see, and of what they may read the SQL. */
export interface JobRights {
  readonly read: Bitmap;
  readonly sql: Bitmap;
}

/** Values of `$1` and `$2` of statements with the conditions below. */
export const rightsValues = ({ read, sql }: JobRights): readonly [Bitmap, Bitmap] => [read, sql];

/** A job `j` is visible with any of the datasets that it ever touched, and when it touches none. */
export const SEES_JOB = `(not exists (select from catalog.job_dataset t where t.job_id = j.id)
    or exists (select from catalog.job_dataset t join kernel.resource r on r.no = t.asset_no
      where t.job_id = j.id and kernel.may_see($1, r.acl_id)))`;

/**
 * Texts of a job may name any dataset that it touches, so they are for those who may see all of these. What a job without
 * datasets names, nobody knows: its texts are for those who may see everything.
 */
const seesAll = (maySee: (aclId: string) => string): string =>
  `(case when exists (select from catalog.job_dataset t where t.job_id = j.id)
    then not exists (select from catalog.job_dataset t left join kernel.resource r on r.no = t.asset_no
      where t.job_id = j.id and not coalesce(${maySee('r.acl_id')}, false))
    else not exists (select from kernel.acl_class c where not (${maySee('c.acl_id')})) end)`;

export const SEES_DESCRIPTION = seesAll((aclId) => `kernel.may_see($1, ${aclId})`);
/** SQL, and errors, which repeat it. */
export const SEES_SQL = seesAll((aclId) => `kernel.may_see($1, ${aclId}) and kernel.may_see($2, ${aclId})`);
