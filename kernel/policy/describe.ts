import { digestOf } from '../canonical.ts';
import type { Queryable, Tx } from '../db/database.ts';
import type { ClassFacts } from './facts.ts';

/** What policies may ask about one resource; `no` is a bigint as text. */
export interface ResourceFacts extends ClassFacts {
  readonly no: string;
  /** Its public id. */
  readonly id: string;
}

/**
 * Records the facts of resources in the transaction that changes them: a restriction is in force when it commits.
 * @returns the class of each resource, for search documents and lists
 */
export async function describe(tx: Tx, resources: readonly ResourceFacts[]): Promise<ReadonlyMap<string, number>> {
  if (resources.length === 0) return new Map();
  const readers = await readersOf(tx, resources);
  const factsFor = (resource: ResourceFacts): ClassFacts => ({ ...classFacts(resource), ...readers.get(resource.no) });
  const wanted = new Map(resources.map(factsFor).map((facts) => [digestOf(facts), facts]));
  const classes = await internClasses(tx, [...wanted]);
  const aclOf = (facts: ResourceFacts): number => {
    const aclId = classes.get(digestOf(factsFor(facts)));
    // Any other class would be a guess about who may see it.
    if (aclId === undefined) throw new Error(`the class of resource ${facts.no} cannot be read back`);
    return aclId;
  };
  const rows = resources.map((facts) => ({ no: facts.no, id: facts.id, type: facts.type, acl_id: aclOf(facts) }));
  await tx.query(
    `insert into kernel.resource (no, id, type, acl_id)
     select no, id, type, acl_id from json_to_recordset($1) as r(no bigint, id text, type text, acl_id int)
     on conflict (no) do update set acl_id = excluded.acl_id where kernel.resource.acl_id <> excluded.acl_id`,
    [JSON.stringify(rows)],
  );
  return new Map(resources.map((facts) => [facts.no, aclOf(facts)]));
}

/** Who was granted access to datasets. Without any, the facts say nothing of readers, so that classes stay what they were. */
async function readersOf(
  tx: Tx,
  resources: readonly ResourceFacts[],
): Promise<ReadonlyMap<string, { readonly readers: readonly string[] }>> {
  const nos = resources.flatMap(({ type, no }) => (type === 'Dataset' ? [no] : []));
  if (nos.length === 0) return new Map();
  const rows = await tx.query<{ no: string; readers: readonly string[] }>(
    `select resource_no::text as no, array_agg(distinct principal_id collate "C" order by principal_id collate "C") as readers
     from kernel.access_grant where resource_no = any($1::bigint[]) and ended_at is null group by resource_no`,
    [nos],
    'policy_readers_of',
  );
  return new Map(rows.map(({ no, readers }) => [no, { readers }]));
}

/** A class as it is stored. */
export interface StoredClass {
  readonly digest: string;
  readonly facts: ClassFacts;
}

/**
 * Whether a class is that of a resource, whoever else may read it. One that a migration made counts all tags for the resource and
 * for its columns.
 */
export function isClassOf(resource: ResourceFacts, { digest, facts }: StoredClass): boolean {
  const own: ClassFacts = { ...classFacts(resource), ...(facts.readers === undefined ? {} : { readers: facts.readers }) };
  if (digestOf(own) === digest) return digestOf(facts) === digest;
  if (digestOf(facts) === digest) return false;
  const both = [...new Set([...own.tags, ...own.columnTags])].toSorted();
  const stored = { ...facts, tags: [...facts.tags].toSorted(), columnTags: [...facts.columnTags].toSorted() };
  return digestOf({ ...own, tags: both, columnTags: both }) === digestOf(stored);
}

const classFacts = ({ no: _, id: __, ...facts }: ResourceFacts): ClassFacts => facts;

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
