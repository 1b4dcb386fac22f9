import type { Queryable } from '../../../../kernel/db/database.ts';

export interface VersionToCheck {
  readonly version: number;
  readonly text: string;
  readonly tests: unknown;
  readonly digest: string;
  readonly state: 'PROPOSED' | 'IN_FORCE' | 'SUPERSEDED' | 'REJECTED';
  readonly hasPrevious: boolean;
}

export const policyVersionsAfter = (db: Queryable, after: string, limit: number): Promise<readonly VersionToCheck[]> =>
  db.query<VersionToCheck>(
    `select version, text, tests, digest, state,
       version = 1 or exists (select from kernel.policy_version p where p.version = v.version - 1) as "hasPrevious"
     from kernel.policy_version v where version > $1::int order by version limit $2`,
    [after, limit],
    'governance_reconcile_policies',
  );

export interface ClassToCheck {
  readonly id: string;
  readonly digest: string;
  readonly facts: unknown;
  /** As a migration computes it, out of PostgreSQL's own text of the facts. */
  readonly textDigest: string;
}

export const classesAfter = (db: Queryable, after: string, limit: number): Promise<readonly ClassToCheck[]> =>
  db.query<ClassToCheck>(
    `select (acl_id + 1)::text as id, digest, facts, 'sha256:' || encode(sha256(convert_to(facts::text, 'UTF8')), 'hex') as "textDigest"
     from kernel.acl_class where acl_id + 1 > $1::int order by acl_id limit $2`,
    [after, limit],
    'governance_reconcile_classes',
  );
