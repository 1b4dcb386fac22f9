import { later } from '../../../../kernel/approval/duration.ts';
import { peopleById } from '../../../../kernel/approval/people.ts';
import { record } from '../../../../kernel/audit/record.ts';
import { badInput, notFound } from '../../../../kernel/fault.ts';
import { newId } from '../../../../kernel/ids.ts';
import { mutate, type MutationInput, type Refusal, type RefusedResult } from '../../../../kernel/mutation/mutate.ts';
import { writtenSubject } from '../../../../kernel/mutation/subject.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import { type Connection, type PageArgs, readPage, toConnection } from '../../../../kernel/page.ts';
import { decide, requireAction } from '../../../../kernel/policy/decision.ts';
import { parseInstant, toMs } from '../../../../kernel/time.ts';
import type { Context } from '../../context.ts';
import { approvalsDelegated, delegationRevoked } from '../../domain/approval/happening.ts';
import type { ApprovalsDelegated, DelegationRevoked } from '../../domain/approval/result.ts';
import type { ApprovalDelegation } from '../../domain/approval/shown.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import {
  addDelegation,
  countDelegations,
  delegationById,
  endDelegation,
  listDelegations,
} from '../../store/approval/delegations.ts';
import { requirePresent } from '../requirePresent.ts';

export interface DelegateApprovals extends MutationInput {
  readonly toId: string;
  readonly reason: string;
  readonly from?: string | null;
  readonly until: string;
}

const DAYS_MAX = 90;
const DELEGATIONS_MAX = 20;

/** Lets another person speak for the caller for a time. */
export function delegateApprovals(
  { kernel, request: caller }: Context,
  input: DelegateApprovals,
): Promise<ApprovalsDelegated | RefusedResult> {
  if (input.reason.trim() === '') throw badInput('reason: say why, in 1 to 1000 characters.');
  const [from, until] = [typeof input.from === 'string' ? parseInstant(input.from) : null, parseInstant(input.until)];
  const { principal } = caller;
  return mutate(
    kernel.db,
    caller,
    {
      operation: 'delegateApprovals',
      noun: 'governance.delegation',
      action: 'approval.decide',
      input,
      prepare: () => ({ subject: writtenSubject(kernel.pepper, 'Principal', 'toId', input.toId) }),
    },
    async (tx, origin): Promise<ApprovalsDelegated | Refusal> => {
      const validFrom = from ?? tx.now;
      if (until <= validFrom || until <= tx.now) throw badInput('until: it lies before the beginning, or is over already.');
      if (until > later(validFrom, DAYS_MAX * 86_400_000)) throw badInput(`until: a delegation lasts at most ${DAYS_MAX} days.`);
      if (principal.kind !== 'user') return refusal('NOT_HUMAN', 'Only people decide, and so only they delegate.');
      const to = (await peopleById(tx, [input.toId])).get(input.toId);
      if (to === undefined || to.id === principal.id)
        return refusal('NOT_FOUND', 'No other person has this id. Look it up with principals.');
      if (to.kind !== 'user') return refusal('NOT_HUMAN', `${to.id} is no person: only people decide.`);
      if (!to.isActive) return refusal('DELEGATE_NOT_ACTIVE', `${to.id} may not act.`);
      if ((await countDelegations(tx, principal.id)) >= DELEGATIONS_MAX)
        return refusal('TOO_MANY_DELEGATIONS', `You have ${DELEGATIONS_MAX} delegations that have not ended. Revoke one first.`);
      const delegation: ApprovalDelegation = {
        id: newId('delegation', toMs(tx.now)),
        fromId: principal.id,
        toId: to.id,
        reason: input.reason.trim(),
        validFrom,
        validTo: until,
        recordedAt: tx.now,
        revokedAt: null,
      };
      await addDelegation(tx, delegation);
      const receipt = await record(tx, origin, [approvalsDelegated(delegation)]);
      return { __typename: 'ApprovalsDelegated', ...tokens(receipt), delegationId: delegation.id };
    },
  );
}

export interface RevokeDelegation extends MutationInput {
  readonly id: string;
}

/** Ends a delegation; once more is no error. What was decided by it stays. */
export const revokeDelegation = (
  { kernel, request: caller }: Context,
  input: RevokeDelegation,
): Promise<DelegationRevoked | RefusedResult> =>
  mutate(
    kernel.db,
    caller,
    {
      operation: 'revokeDelegation',
      noun: 'governance.delegation',
      action: 'approval.decide',
      input,
      prepare: () => ({ subject: writtenSubject(kernel.pepper, 'ApprovalDelegation', 'id', input.id) }),
    },
    async (tx, origin): Promise<DelegationRevoked | Refusal> => {
      const delegation = await delegationById(tx, input.id);
      const isManager = decide(caller, 'approval.manage').effect === 'allow';
      const isTheirs = delegation !== null && [delegation.fromId, delegation.toId].includes(caller.principal.id);
      if (delegation === null || (!isTheirs && !isManager))
        return refusal('NOT_FOUND', 'You have no delegation with this id. See approvalDelegations.');
      const revoked = { ...delegation, revokedAt: delegation.revokedAt ?? tx.now };
      await endDelegation(tx, delegation.id);
      const receipt = await record(tx, origin, [delegationRevoked(revoked, input.reason ?? null)]);
      return { __typename: 'DelegationRevoked', ...tokens(receipt), delegationId: delegation.id };
    },
  );

/** Delegations by and to the caller, latest first. @throws Fault FORBIDDEN and those of `readPage` */
export async function delegationPage({ kernel, request }: Context, args: PageArgs): Promise<Connection<ApprovalDelegation>> {
  requireAction(request, 'approval.read');
  requirePresent(request, 'approvalDelegations');
  const page = readPage(args, `approvalDelegations ${request.principal.id}`, 50, ['time', 'text']);
  const rows = await listDelegations(kernel.db, request.principal.id, page);
  return toConnection(rows, page, ({ recordedAt, id }) => [recordedAt, id]);
}

/** One that our own answer names. @throws Fault NOT_FOUND */
export async function getDelegation({ kernel }: Context, id: string): Promise<ApprovalDelegation> {
  const found = await delegationById(kernel.db, id);
  if (found === null) throw notFound(id);
  return found;
}
