import type { Queryable } from '../db/database.ts';
import type { ClassFacts } from './facts.ts';

export interface AclClass {
  readonly aclId: number;
  readonly facts: ClassFacts;
}

interface Known {
  /** Only ever appended to. */
  readonly classes: AclClass[];
  readonly ids: Set<number>;
  last: { readonly aclId: number; readonly digest: string } | null;
}

const known = new WeakMap<Queryable, Known>();
/** How far back a class is looked for whose transaction commits after that of a later one. */
const LATE_MAX = 1_000;

/**
 * All classes of resources, in the order in which they became known. They are never changed, so only new ones are read. A class
 * that is not known yet is not visible yet.
 */
export async function aclClasses(db: Queryable): Promise<readonly AclClass[]> {
  const before = known.get(db) ?? { classes: [], ids: new Set(), last: null };
  const rows = await read(db, before);
  // Another database stands under the same connection than before: nothing that is known counts.
  const isOther =
    before.last !== null && !rows.some(({ acl_id, digest }) => acl_id === before.last?.aclId && digest === before.last.digest);
  if (isOther) {
    known.delete(db);
    return aclClasses(db);
  }
  for (const { acl_id, digest, facts } of rows) {
    if (!before.ids.has(acl_id)) before.classes.push({ aclId: acl_id, facts });
    before.ids.add(acl_id);
    if (before.last === null || acl_id > before.last.aclId) before.last = { aclId: acl_id, digest };
  }
  known.set(db, before);
  return before.classes;
}

interface ClassRow {
  readonly acl_id: number;
  readonly digest: string;
  readonly facts: ClassFacts;
}

function read(db: Queryable, { last, ids }: Known): Promise<readonly ClassRow[]> {
  if (last === null)
    return db.query<ClassRow>('select acl_id, digest, facts from kernel.acl_class order by acl_id', [], 'policy_classes');
  const late: number[] = [];
  for (let aclId = last.aclId - 1; aclId >= 0 && aclId > last.aclId - LATE_MAX; aclId--) if (!ids.has(aclId)) late.push(aclId);
  return db.query<ClassRow>(
    'select acl_id, digest, facts from kernel.acl_class where acl_id >= $1 or acl_id = any($2::int[]) order by acl_id',
    [last.aclId, late],
    'policy_new_classes',
  );
}
