import { ROLES_OF } from '../../../kernel/identity/principalById.ts';
import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import type { PolicyState, PolicyVersion } from '../domain/policy.ts';

const COLUMNS = `version, text, tests, digest, reason, author_id as "authorId", proposed_at as "proposedAt", state,
  decided_by as "decidedBy", decided_at as "decidedAt"`;

/** The policies of the installation that are in force; null while there are only the built-in ones. */
export async function versionInForce(db: Queryable): Promise<PolicyVersion | null> {
  const [row] = await db.query<PolicyVersion>(
    `select ${COLUMNS} from kernel.policy_version where state = 'IN_FORCE'`,
    [],
    'governance_policy_in_force',
  );
  return row ?? null;
}

export async function versionOf(db: Queryable, version: number): Promise<PolicyVersion | null> {
  const [row] = await db.query<PolicyVersion>(
    `select ${COLUMNS} from kernel.policy_version where version = $1`,
    [version],
    'governance_policy_version',
  );
  return row ?? null;
}

/** Versions, latest first, one more than the page holds. @param before null for the latest */
export function listVersions(db: Queryable, before: number | null, limit: number): Promise<readonly PolicyVersion[]> {
  return db.query<PolicyVersion>(
    `select ${COLUMNS} from kernel.policy_version where $1::int is null or version < $1 order by version desc limit $2`,
    [before, limit],
    'governance_policy_versions',
  );
}

/** Everybody who changes policies takes turns. @returns the highest version, 0 when there is none */
export async function lockVersions(tx: Tx): Promise<number> {
  await tx.query('lock table kernel.policy_version in share row exclusive mode');
  const [row] = await tx.query<{ version: number }>(
    'select coalesce(max(version), 0)::int as version from kernel.policy_version',
  );
  return row?.version ?? 0;
}

export async function addVersion(tx: Tx, version: PolicyVersion): Promise<void> {
  await tx.query(
    `insert into kernel.policy_version (version, text, tests, digest, reason, author_id, proposed_at, state)
     values ($1, $2, $3, $4, $5, $6, $7, 'PROPOSED')`,
    [
      version.version,
      version.text,
      JSON.stringify(version.tests),
      version.digest,
      version.reason,
      version.authorId,
      version.proposedAt,
    ],
  );
}

export async function decideVersion(tx: Tx, version: number, state: PolicyState, by: string): Promise<void> {
  if (state === 'IN_FORCE') await tx.query(`update kernel.policy_version set state = 'SUPERSEDED' where state = 'IN_FORCE'`);
  await tx.query('update kernel.policy_version set state = $2, decided_by = $3, decided_at = $4 where version = $1', [
    version,
    state,
    by,
    tx.now,
  ]);
}

/** How many admins who may sign in are other humans than this one, counting services as those who answer for them. */
export async function otherAdmins(db: Queryable, human: string): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `select count(distinct coalesce(owner_id, id))::int as count from kernel.principal p
     where state = 'active' and 'admin' = any(${ROLES_OF}) and id <> 'svc_cadastre' and coalesce(owner_id, id) <> $1
       and (kind = 'user' or owner_id is not null)`,
    [human],
  );
  return row?.count ?? 0;
}
