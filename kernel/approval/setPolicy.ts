import type { Origin } from '../audit/append.ts';
import { record, type Receipt } from '../audit/record.ts';
import { digestOf } from '../canonical.ts';
import type { Tx } from '../db/database.ts';
import type { Instant } from '../time.ts';
import { type ApprovalPolicy, POLICY_COLUMNS } from './guards.ts';
import type { EvidenceRule, PolicyDocument } from './policyDocument.ts';
import { revalidateAll } from './revalidate.ts';

export interface NewPolicy {
  readonly name: string;
  readonly document: PolicyDocument;
  readonly reason: string;
  /** When it begins to count; now unless given. */
  readonly from?: Instant;
}

/** Everybody who changes approval policies takes turns. */
export const lockPolicies = (tx: Tx): Promise<unknown> =>
  tx.query('lock table kernel.approval_policy in share row exclusive mode');

/** The last version of a policy, in force or not; null when there is none. */
export async function lastVersion(tx: Tx, name: string): Promise<ApprovalPolicy | null> {
  const [row] = await tx.query<ApprovalPolicy>(
    `select ${POLICY_COLUMNS} from kernel.approval_policy p where p.name = $1 order by p.version desc limit 1`,
    [name],
    'approval_last_version',
  );
  return row ?? null;
}

/** Puts a version in force. What was asked for under the one before has to hold under this one. The caller holds the policies. */
export async function setPolicy(
  tx: Tx,
  origin: Origin,
  { name, document, reason, from = tx.now }: NewPolicy,
): Promise<{ readonly policy: ApprovalPolicy; readonly receipt: Receipt }> {
  const before = await lastVersion(tx, name);
  const policy: ApprovalPolicy = {
    name,
    version: (before?.version ?? 0) + 1,
    document,
    digest: digestOf({ name, document }),
    reason,
    authorId: origin.actor.id,
    evidenceSince: document.evidence.map((rule) => sinceOf(rule, before) ?? from),
    effectiveFrom: from,
    effectiveTo: null,
  };
  await end(tx, name);
  await tx.query(
    `insert into kernel.approval_policy (name, version, document, digest, reason, author_id, evidence_since, effective_from)
     values ($1, $2, $3, $4, $5, $6, $7::timestamptz[], $8)`,
    [name, policy.version, JSON.stringify(document), policy.digest, reason, policy.authorId, policy.evidenceSince, from],
    'approval_add_policy',
  );
  const receipt = await record(tx, origin, [
    happening(policy, 'governance.approvalPolicy.set.v1', ['document'], { document, reason }),
  ]);
  await revalidateKinds(tx, origin, policy, before);
  return { policy, receipt };
}

/** Ends a policy: what it guarded is guarded by another one, or by none. The caller holds the policies. */
export async function retirePolicy(tx: Tx, origin: Origin, policy: ApprovalPolicy, reason: string): Promise<Receipt> {
  await end(tx, policy.name);
  const receipt = await record(tx, origin, [
    happening(policy, 'governance.approvalPolicy.retired.v1', ['effectiveTo'], { reason }),
  ]);
  await revalidateAll(tx, origin, policy.document.target.kind);
  return receipt;
}

const end = (tx: Tx, name: string): Promise<unknown> =>
  tx.query(
    'update kernel.approval_policy set effective_to = greatest($2, effective_from) where name = $1 and effective_to is null',
    [name, tx.now],
    'approval_end_policy',
  );

/** The same threshold as in the version that was in force just before counts since then. */
function sinceOf(rule: EvidenceRule, before: ApprovalPolicy | null): Instant | null {
  if (before === null || before.effectiveTo !== null) return null;
  const place = before.document.evidence.findIndex(
    ({ kind, name, cel }) => kind === rule.kind && name === rule.name && cel === rule.cel,
  );
  return before.evidenceSince[place] ?? null;
}

async function revalidateKinds(
  tx: Tx,
  origin: Origin,
  { document }: ApprovalPolicy,
  before: ApprovalPolicy | null,
): Promise<void> {
  const kinds = [document.target.kind, ...(before === null ? [] : [before.document.target.kind])];
  for (const kind of new Set(kinds)) await revalidateAll(tx, origin, kind);
}

const happening = (
  { name, version, digest, document: { target } }: ApprovalPolicy,
  action: 'governance.approvalPolicy.set.v1' | 'governance.approvalPolicy.retired.v1',
  fields: readonly string[],
  detail: object,
) => ({
  action,
  subject: { type: 'ApprovalPolicy', id: `approval-policy/${name}`, digest },
  aggregateId: `approval-policy/${name}`,
  fields,
  detail: { version, ...detail },
  payload: { name, version, digest, targetKind: target.kind, stage: target.stage ?? null },
});
