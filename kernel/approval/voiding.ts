import type { Origin } from '../audit/append.ts';
import type { Tx } from '../db/database.ts';
import { latestEvidence } from './evidenceRow.ts';
import { evidenceDigestOf } from './evidenceDigest.ts';
import { contentDigestOf } from './contentDigest.ts';
import { policyVersion } from './guards.ts';
import { moveRequest } from './move.ts';
import { lockRequests, targetOf } from './request.ts';
import { LIVE } from './states.ts';
import { lockSubject, type Subject } from './subjectRow.ts';

/** Voids live requests for another content than there is now; the caller holds the subject. */
export async function voidByContent(tx: Tx, origin: Origin, subject: Subject): Promise<void> {
  for (const request of await lockRequests(tx, subject.subjectId, LIVE)) {
    if (contentDigestOf(subject, targetOf(request)) !== request.contentDigest)
      await moveRequest(tx, origin, request, { to: 'VOIDED', reason: 'CONTENT_CHANGED' });
  }
}

/** Voids all that was ever approved of a subject and still counts, because it is not what it was: damaged, or deleted. */
export async function voidRequests(tx: Tx, origin: Origin, subjectId: string, reason: string): Promise<void> {
  await lockSubject(tx, subjectId);
  for (const request of await lockRequests(tx, subjectId, [...LIVE, 'APPLIED', 'SUPERSEDED']))
    await moveRequest(tx, origin, request, { to: 'VOIDED', reason });
}

/** Voids live requests whose evidence is another than it was; the caller holds the subject. */
export async function voidByEvidence(tx: Tx, origin: Origin, subjectId: string): Promise<void> {
  const requests = await lockRequests(tx, subjectId, LIVE);
  if (requests.length === 0) return;
  const evidence = await latestEvidence(tx, subjectId);
  for (const request of requests) {
    const policy = await policyVersion(tx, request.policyName, request.policyVersion);
    if (policy !== null && evidenceDigestOf(policy.document, evidence) !== request.evidenceDigest)
      await moveRequest(tx, origin, request, { to: 'VOIDED', reason: 'EVIDENCE_CHANGED' });
  }
}
