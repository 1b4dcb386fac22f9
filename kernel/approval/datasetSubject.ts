import type { Digest } from '../canonical.ts';
import type { Queryable } from '../db/database.ts';
import type { ClassFacts } from '../policy/facts.ts';
import type { Subject } from './subjectRow.ts';

interface DatasetRow {
  readonly no: string;
  readonly facts: ClassFacts;
  readonly digest: Digest | null;
}

/**
 * A dataset as a subject, out of what the catalog records in the kernel: its class, and its last event as the digest of its content,
 * so that any change of it is another content. Null when there is none.
 */
export async function liveDataset(db: Queryable, datasetId: string, name: string): Promise<Subject | null> {
  const [row] = await db.query<DatasetRow>(
    `select r.no::text, c.facts, a.event_digest as digest from kernel.resource r join kernel.acl_class c using (acl_id)
     left join kernel.aggregate a on a.id = r.id where r.id = $1 and r.type = 'Dataset'`,
    [datasetId],
    'approval_live_dataset',
  );
  if (row === undefined) return null;
  const { owners, tags, columnTags } = row.facts;
  return {
    subjectId: datasetId,
    subjectType: 'Dataset',
    groupId: null,
    name,
    resourceNo: row.no,
    contentDigest: row.digest,
    creatorIds: [],
    ownerIds: owners,
    tags: [...new Set([...tags, ...columnTags])].toSorted(),
  };
}
