import { type ApprovalPolicy, policiesInForce } from '../../../../kernel/approval/guards.ts';
import { targetOf } from '../../../../kernel/approval/request.ts';
import type { Requirement } from '../../../../kernel/approval/requirement.ts';
import { requirementsOf } from '../../../../kernel/approval/requirements.ts';
import type { Target } from '../../../../kernel/approval/target.ts';
import { badInput, notFound } from '../../../../kernel/fault.ts';
import { type Connection, type PageArgs, readPage, toConnection } from '../../../../kernel/page.ts';
import { requireAction } from '../../../../kernel/policy/decision.ts';
import { requireField } from '../../../../kernel/policy/hiddenField.ts';
import type { Context } from '../../context.ts';
import { foldStage } from '../../domain/approval/stage.ts';
import { listRequests, type RequestFilter } from '../../store/approval/listRequests.ts';
import { listPolicyVersions, timeOf } from '../../store/approval/ofRequests.ts';
import { type RequestRow, seesSubject } from '../../store/approval/requestRows.ts';
import { requirePresent } from '../requirePresent.ts';

export type NarrowedRequests = Omit<RequestFilter, 'toDecide'> & { readonly isMineToDecide: boolean };

const ALL: NarrowedRequests = {
  states: null,
  targetKind: null,
  subjectId: null,
  targetKey: null,
  requestedBy: null,
  isMineToDecide: false,
};

/** The policies in force. @throws Fault FORBIDDEN, AS_OF_UNSUPPORTED */
export async function approvalPolicies({ kernel, request }: Context): Promise<readonly ApprovalPolicy[]> {
  requireAction(request, 'approval.read');
  requirePresent(request, 'approvalPolicies');
  return policiesInForce(kernel.db);
}

/** @throws Fault FORBIDDEN, AS_OF_UNSUPPORTED, BAD_USER_INPUT */
export async function approvalPolicy(context: Context, name: string, version: number | null): Promise<ApprovalPolicy | null> {
  if (version === null) return (await approvalPolicies(context)).find((policy) => policy.name === name) ?? null;
  requireAction(context.request, 'approval.read');
  requirePresent(context.request, 'approvalPolicy');
  if (version < 1) throw badInput('version: versions of policies count from 1.');
  return context.approvals.policy.load({ name, version });
}

/** @throws Fault FORBIDDEN, AS_OF_UNSUPPORTED and those of `readPage` */
export async function approvalPolicyVersions(
  { kernel, request }: Context,
  name: string,
  args: PageArgs,
): Promise<Connection<ApprovalPolicy>> {
  requireAction(request, 'approval.read');
  requirePresent(request, 'approvalPolicyVersions');
  const page = readPage(args, `approvalPolicyVersions ${name}`, 50, ['int']);
  const rows = await listPolicyVersions(kernel.db, name, page.after?.[0] ?? null, page.first + 1);
  return toConnection(rows, page, ({ version }) => [version]);
}

/** The policy that a request is held against. */
export const approvalPolicyOf = ({ approvals }: Context, name: string, version: number): Promise<ApprovalPolicy | null> =>
  approvals.policy.load({ name, version });

/** One that our own answer names. @throws Fault NOT_FOUND */
export async function getApprovalPolicy({ approvals }: Context, name: string, version: number): Promise<ApprovalPolicy> {
  const found = await approvals.policy.load({ name, version });
  if (found === null) throw notFound(`Version ${version} of ${name}`);
  return found;
}

/** Requests that fit, latest first. @throws Fault FORBIDDEN, AS_OF_UNSUPPORTED and those of `readPage` */
export async function requestPage(
  { kernel, request, approvals }: Context,
  { isMineToDecide, ...narrowed }: NarrowedRequests,
  args: PageArgs,
): Promise<Connection<RequestRow>> {
  requireAction(request, 'approval.read');
  if (narrowed.states !== null || isMineToDecide) requirePresent(request, 'approvalRequests by state');
  const { id, roles, teams, kind } = request.principal;
  // Bots decide about nothing.
  const reviewing = { humanId: kind === 'user' ? id : '', roles, teams };
  const filter: RequestFilter = { ...narrowed, toDecide: isMineToDecide ? reviewing : null };
  const page = readPage(args, JSON.stringify(['approvalRequests', filter, request.asOf]), 50, ['time', 'text']);
  const rows = await listRequests(kernel.db, await approvals.sight(), filter, page);
  return toConnection(rows, page, (row) => [row.requestedAt, row.id]);
}

/** Requests about one thing. @throws Fault FORBIDDEN_FIELD and those of `readPage` */
export function requestsAbout(
  context: Context,
  field: string,
  narrowed: Pick<NarrowedRequests, 'subjectId'> & Partial<NarrowedRequests>,
  args: PageArgs,
): Promise<Connection<RequestRow>> {
  requireField(context.request, 'approval.read', field);
  return requestPage(context, { ...ALL, ...narrowed }, args);
}

/** One request; null when there is none, or the caller may not see what it is about. @throws Fault FORBIDDEN */
export async function findRequest({ request, approvals }: Context, id: string): Promise<RequestRow | null> {
  requireAction(request, 'approval.read');
  return approvals.request.load(id);
}

/** One that our own answer names, as it is after the change. @throws Fault FORBIDDEN */
export function requestNow(context: Context, id: string): Promise<RequestRow | null> {
  const { request, decisions, moves } = context.approvals;
  for (const loader of [request, decisions, moves]) loader.clear(id);
  return findRequest(context, id);
}

/** What a version comes into, whoever wrote the name of the stage. */
export const stageTarget = (stage: string): Target => ({ kind: 'MODEL_STAGE', key: foldStage(stage) });

/** The request that counts for a target. @throws Fault FORBIDDEN_FIELD */
export async function requestFor({ request, approvals }: Context, subjectId: string, target: Target): Promise<RequestRow | null> {
  requireField(request, 'approval.read', 'approval');
  return approvals.last.load({ subjectId, ...target });
}

/** @throws Fault FORBIDDEN_FIELD, AS_OF_UNSUPPORTED */
export async function certificationOf({ request, approvals }: Context, subjectId: string): Promise<RequestRow | null> {
  requireField(request, 'approval.read', 'certification');
  requirePresent(request, 'certification');
  return approvals.certification.load(subjectId);
}

/** Why something may not happen with a subject yet. @throws Fault FORBIDDEN_FIELD, AS_OF_UNSUPPORTED */
export async function requirementsFor(
  context: Context,
  subjectId: string,
  target: Target,
): Promise<readonly Requirement[] | null> {
  const { kernel, request, approvals } = context;
  requireField(request, 'approval.read', 'requirements');
  requirePresent(request, 'requirements');
  if (!(await seesSubject(kernel.db, await approvals.sight(), subjectId))) return null;
  return requirementsOf(kernel.db, { subjectId, target }, await timeOf(kernel.db));
}

/** What a request lacks; of one that came to nothing, what another one would. @throws Fault AS_OF_UNSUPPORTED */
export async function requirementsOfRequest({ kernel, request }: Context, row: RequestRow): Promise<readonly Requirement[]> {
  requirePresent(request, 'requirements');
  return requirementsOf(kernel.db, { subjectId: row.subjectId, target: targetOf(row) }, await timeOf(kernel.db), row);
}
