import type { Origin } from '../audit/append.ts';
import { record } from '../audit/record.ts';
import { type Digest, digestOf } from '../canonical.ts';
import type { Tx } from '../db/database.ts';
import { newId } from '../ids.ts';
import { describe } from '../policy/describe.ts';
import type { ClassFacts } from '../policy/facts.ts';
import { type Instant, toMs } from '../time.ts';
import type { ApprovalRequest } from './request.ts';

/** Somebody may read a dataset although policies would not let them. */
export interface AccessGrant {
  readonly id: string;
  readonly resourceNo: string;
  readonly resourceId: string;
  readonly principalId: string;
  readonly requestId: string;
  readonly grantedAt: Instant;
  readonly expiresAt: Instant;
  readonly endedAt: Instant | null;
}

export const GRANT_COLUMNS = `g.id, g.resource_no::text as "resourceNo", g.resource_id as "resourceId", g.principal_id as "principalId",
  g.request_id as "requestId", g.granted_at as "grantedAt", g.expires_at as "expiresAt", g.ended_at as "endedAt"`;

/** Lets the principal read from this transaction on. */
export async function addGrant(
  tx: Tx,
  origin: Origin,
  { id: requestId, subjectId, targetKey }: ApprovalRequest,
  resourceNo: string,
  expiresAt: Instant,
): Promise<void> {
  const id = newId('grant', toMs(tx.now));
  await tx.query(
    `insert into kernel.access_grant (id, resource_no, resource_id, principal_id, request_id, granted_at, expires_at)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, resourceNo, subjectId, targetKey, requestId, tx.now, expiresAt],
    'approval_add_grant',
  );
  const told = { grantId: id, requestId, resourceId: subjectId, principalId: targetKey, expiresAt };
  await record(tx, origin, [happening('governance.access.granted.v1', told)]);
  await describeAgain(tx, resourceNo);
}

/** Ends what a request led to: from this transaction on the principal reads what policies let them. Once more is no error. */
export async function endGrant(tx: Tx, origin: Origin, requestId: string): Promise<void> {
  const [grant] = await tx.query<AccessGrant>(
    `update kernel.access_grant g set ended_at = $2 where g.request_id = $1 and g.ended_at is null returning ${GRANT_COLUMNS}`,
    [requestId, tx.now],
    'approval_end_grant',
  );
  if (grant === undefined) return;
  const { id: grantId, resourceId, principalId, expiresAt, resourceNo } = grant;
  await record(tx, origin, [happening('governance.access.ended.v1', { grantId, requestId, resourceId, principalId, expiresAt })]);
  await describeAgain(tx, resourceNo);
}

/** What is held against the row when the tables are reconciled. */
export const grantDigest = ({ id: grantId, requestId, resourceId, principalId, expiresAt, endedAt }: AccessGrant): Digest =>
  digestOf({ grantId, requestId, resourceId, principalId, expiresAt, isEnded: endedAt !== null });

interface Told {
  readonly grantId: string;
  readonly requestId: string;
  readonly resourceId: string;
  readonly principalId: string;
  readonly expiresAt: Instant;
}

const happening = (action: 'governance.access.granted.v1' | 'governance.access.ended.v1', told: Told) => ({
  action,
  subject: {
    type: 'AccessGrant',
    id: told.grantId,
    digest: digestOf({ ...told, isEnded: action === 'governance.access.ended.v1' }),
  },
  aggregateId: told.requestId,
  fields: ['access'],
  detail: null,
  payload: told,
});

/** The class of the resource with its readers as they are now. */
async function describeAgain(tx: Tx, resourceNo: string): Promise<void> {
  const [row] = await tx.query<{ id: string; facts: ClassFacts }>(
    `select r.id, c.facts from kernel.resource r join kernel.acl_class c using (acl_id) where r.no = $1 for update of r`,
    [resourceNo],
    'approval_facts_of_resource',
  );
  if (row === undefined) return;
  const { readers: _, ...facts } = row.facts;
  await describe(tx, [{ ...facts, no: resourceNo, id: row.id }]);
}
