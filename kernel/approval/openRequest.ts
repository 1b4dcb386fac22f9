import { refusal } from '../mutation/refusal.ts';
import type { Origin } from '../audit/append.ts';
import { record, type Receipt } from '../audit/record.ts';
import type { Tx } from '../db/database.ts';
import { newId } from '../ids.ts';
import type { Refusal } from '../mutation/mutate.ts';
import { toMs, type Instant } from '../time.ts';
import { durationMs, later } from './duration.ts';
import { evaluate } from './evaluate.ts';
import { evidenceDigestOf } from './evidenceDigest.ts';
import type { Facts } from './facts.ts';
import { type Asked, gather } from './gather.ts';
import { addMove } from './move.ts';
import type { ApprovalRequest } from './request.ts';
import { requestHappening } from './requestHappening.ts';
import { unmetText } from './requirement.ts';
import { isLive } from './states.ts';
import { stateSubject } from './subject.ts';
import { lockSubject } from './subjectRow.ts';
import { targetText } from './target.ts';

export interface NewRequest extends Asked {
  readonly requestedBy: string;
  readonly reason: string;
  readonly grantSeconds?: number | null;
  readonly grantUntil?: Instant | null;
}

export interface Opened {
  readonly request: ApprovalRequest;
  readonly receipt: Receipt;
}

/** Asks for approval of exactly what is there now. What people cannot change by reviewing has to hold already. */
export async function openRequest(tx: Tx, origin: Origin, wanted: NewRequest): Promise<Opened | Refusal> {
  // Whoever changes policies meanwhile would not find this request.
  await tx.query('lock table kernel.approval_policy in share mode');
  await lockSubject(tx, wanted.subjectId);
  const facts = await gather(tx, wanted, tx.now);
  if ('nothing' in facts)
    return facts.nothing === 'NO_SUBJECT'
      ? refusal('NOT_FOUND', NOTHING_TO_APPROVE)
      : refusal(
          'NO_POLICY',
          `No approval policy in force is about ${targetText(wanted.target)}, so that nobody has to approve it. See cadastre approvals policies.`,
        );
  if (facts.request !== null && isInTheWay(facts.request, facts, wanted))
    return refusal(
      'ALREADY_REQUESTED',
      `Request ${facts.request.id} is ${facts.request.state} already. See cadastre approvals show ${facts.request.id}.`,
    );
  // A new request is held against the policy in force, with nothing decided yet.
  const fresh: Facts = { ...facts, request: null, frozen: null, decisions: [] };
  const unmet = evaluate(fresh).filter(({ kind, state }) => kind !== 'REVIEW' && state !== 'PASS');
  if (fresh.contentDigest === null || unmet.length > 0)
    return refusal(unmet.some(({ kind }) => kind === 'COOLDOWN') ? 'COOLDOWN' : 'REQUIREMENTS_NOT_MET', unmetText(unmet));
  // Not before: whoever is refused voids nothing that others asked for, and is not taken for who made it.
  if (wanted.state !== undefined) await stateSubject(tx, origin, wanted.state);
  const request = compose(tx, wanted, fresh, fresh.contentDigest);
  const receipt = await record(tx, origin, [requestHappening(request, { state: 'OPEN', comment: wanted.reason })]);
  await insert(tx, request);
  await addMove(tx, request, receipt.auditId);
  return { request, receipt };
}

/** One for another content is void as soon as the new one is stated. */
const isInTheWay = (live: ApprovalRequest, { contentDigest }: Facts, { state }: NewRequest): boolean =>
  isLive(live.state) && (state === undefined || live.contentDigest === contentDigest);

/** Also for what the caller may not see. */
export const NOTHING_TO_APPROVE =
  'There is nothing with this id that could be approved. Give the id of a version of a model, of a dataset, of a data product, of a glossary term, or of proposed policies.';

function compose(
  tx: Tx,
  wanted: NewRequest,
  { policy, evidence }: Facts,
  contentDigest: ApprovalRequest['contentDigest'],
): ApprovalRequest {
  return {
    id: newId('approval', toMs(tx.now)),
    targetKind: wanted.target.kind,
    targetKey: wanted.target.key,
    subjectId: wanted.subjectId,
    contentDigest,
    evidenceDigest: evidenceDigestOf(policy.document, evidence),
    policyName: policy.name,
    policyVersion: policy.version,
    policyDigest: policy.digest,
    reason: wanted.reason,
    state: 'OPEN',
    stateReason: null,
    version: 1,
    round: 1,
    requestedBy: wanted.requestedBy,
    requestedAt: tx.now,
    decideBy: later(tx.now, durationMs(policy.document.requestExpiresAfter) ?? 0),
    decidedAt: null,
    validUntil: null,
    // As the database answers it.
    grantSeconds: wanted.grantSeconds === undefined || wanted.grantSeconds === null ? null : String(wanted.grantSeconds),
    grantUntil: wanted.grantUntil ?? null,
    endedAt: null,
  };
}

async function insert(tx: Tx, request: ApprovalRequest): Promise<void> {
  await tx.query(
    `insert into kernel.approval_request (id, target_kind, target_key, subject_id, content_digest, evidence_digest, policy_name,
       policy_version, policy_digest, reason, state, requested_by, requested_at, decide_by, grant_seconds, grant_until)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'OPEN', $11, $12, $13, $14, $15)`,
    [
      request.id,
      request.targetKind,
      request.targetKey,
      request.subjectId,
      request.contentDigest,
      request.evidenceDigest,
      request.policyName,
      request.policyVersion,
      request.policyDigest,
      request.reason,
      request.requestedBy,
      request.requestedAt,
      request.decideBy,
      request.grantSeconds,
      request.grantUntil,
    ],
    'approval_add_request',
  );
}
