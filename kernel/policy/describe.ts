import { digestOf } from '../canonical.ts';
import type { Queryable, Tx } from '../db/database.ts';

/** What policies may ask about a resource; `no` is a bigint as text. Resources with equal facts share one class, so that rules run on few classes. */
export interface ResourceFacts {
  readonly no: string;
  readonly type: string;
  /** Ids of accountable owners, sorted. */
  readonly owners: readonly string[];
  /** Names of tags that policies may look at, sorted. */
  readonly tags: readonly string[];
}

/**
 * Records the facts of resources in the transaction that changes them: a restriction is in force when it commits.
 * @returns the class of each resource, for search documents and lists
 */
export async function describe(tx: Tx, resources: readonly ResourceFacts[]): Promise<ReadonlyMap<string, number>> {
  if (resources.length === 0) return new Map();
  const wanted = new Map(resources.map(classFacts).map((facts) => [digestOf(facts), facts]));
  const classes = await internClasses(tx, [...wanted]);
  const aclOf = (facts: ResourceFacts): number => {
    const aclId = classes.get(digestOf(classFacts(facts)));
    // Any other class would be a guess about who may see it.
    if (aclId === undefined) throw new Error(`the class of resource ${facts.no} cannot be read back`);
    return aclId;
  };
  const rows = resources.map((facts) => ({ no: facts.no, type: facts.type, acl_id: aclOf(facts) }));
  await tx.query(
    `insert into kernel.resource (no, type, acl_id)
     select no, type, acl_id from json_to_recordset($1) as r(no bigint, type text, acl_id int)
     on conflict (no) do update set acl_id = excluded.acl_id where kernel.resource.acl_id <> excluded.acl_id`,
    [JSON.stringify(rows)],
  );
  return new Map(resources.map((facts) => [facts.no, aclOf(facts)]));
}

const classFacts = ({ type, owners, tags }: ResourceFacts) => ({ type, owners, tags });

async function internClasses(
  tx: Queryable,
  classes: readonly (readonly [string, unknown])[],
): Promise<ReadonlyMap<string, number>> {
  const rows = JSON.stringify(classes.map(([digest, facts]) => ({ digest, facts })));
  // Only what is new is inserted: an identity that is burnt on every conflict would make the bitmap grow without classes.
  await tx.query(
    `insert into kernel.acl_class (digest, facts)
     select digest, facts from json_to_recordset($1) as c(digest text, facts jsonb)
     where not exists (select from kernel.acl_class k where k.digest = c.digest)
     order by digest
     on conflict (digest) do nothing`,
    [rows],
  );
  const found = await tx.query<{ digest: string; acl_id: number }>(
    'select digest, acl_id from kernel.acl_class where digest = any($1)',
    [classes.map(([digest]) => digest)],
  );
  return new Map(found.map((row) => [row.digest, row.acl_id]));
}
