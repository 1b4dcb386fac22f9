import { gather } from '../../../../kernel/approval/gather.ts';
import { lockRequest } from '../../../../kernel/approval/lockRequest.ts';
import type { Deciding } from '../../../../kernel/approval/deciding.ts';
import { peopleById, type Person } from '../../../../kernel/approval/people.ts';
import { type ApprovalRequest, requestById, targetOf } from '../../../../kernel/approval/request.ts';
import { revalidateSubject } from '../../../../kernel/approval/revalidate.ts';
import { lockSubject, type Subject } from '../../../../kernel/approval/subjectRow.ts';
import type { Origin } from '../../../../kernel/audit/append.ts';
import type { RequestContext } from '../../../../kernel/context.ts';
import type { Queryable, Tx } from '../../../../kernel/db/database.ts';
import { notFound } from '../../../../kernel/fault.ts';
import type { Refusal, Stale } from '../../../../kernel/mutation/mutate.ts';
import { decideOn } from '../../../../kernel/policy/decideOn.ts';
import { policiesInForce } from '../../../../kernel/policy/inForce.ts';
import { CATALOG_SUBJECTS } from '../../domain/approval/subjectTypes.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';

export interface Held {
  readonly request: ApprovalRequest;
  readonly subject: Subject;
}

/**
 * Takes a request for the rest of the transaction, after its subject, unless the caller may not see it or read another version of it.
 * It is held against the policies in force first, so that nobody decides by rules that have ended.
 */
export async function holdRequest(
  tx: Tx,
  origin: Origin,
  caller: RequestContext,
  id: string,
  expectedVersion: number | null,
): Promise<Held | Refusal | Stale> {
  const found = await requestById(tx, id);
  const subject = found === null ? null : await lockSubject(tx, found.subjectId);
  if (found === null || subject === null || !(await mayRead(tx, caller, subject)))
    return refusal('NOT_FOUND', 'No request has this id. Look it up with approvalRequests.');
  await revalidateSubject(tx, origin, subject.subjectId);
  const request = await lockRequest(tx, id);
  if (expectedVersion === null || request.version === expectedVersion) return { request, subject };
  const message = `Request ${id} is at version ${request.version} and ${request.state}, not at ${expectedVersion}. Read it again.`;
  return { stale: { currentVersion: request.version, message } };
}

/** Whether the caller may see what a request is about. */
export async function mayRead(
  db: Queryable,
  { principal }: RequestContext,
  { resourceNo, subjectType }: Subject,
): Promise<boolean> {
  if (resourceNo === null) return true;
  const caller = { principal, policies: await policiesInForce(db) };
  const decision = await decideOn(db, caller, CATALOG_SUBJECTS.includes(subjectType) ? 'catalog.read' : 'registry.read', [
    resourceNo,
  ]);
  return decision.effect === 'allow';
}

/** What decides who may say something of a request that is held. */
export async function decidingOn(tx: Tx, request: ApprovalRequest): Promise<Deciding> {
  const facts = await gather(tx, { subjectId: request.subjectId, target: targetOf(request) }, tx.now, request);
  if ('nothing' in facts || facts.frozen === null) throw new Error(`request ${request.id} has no policy or no subject`);
  return { ...facts, policy: facts.frozen };
}

/** @throws Fault NOT_FOUND */
export async function personOf(tx: Tx, id: string): Promise<Person> {
  const person = (await peopleById(tx, [id])).get(id);
  if (person === undefined) throw notFound(id.slice(0, 60));
  return person;
}
