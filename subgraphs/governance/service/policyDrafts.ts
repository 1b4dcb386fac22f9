import { record } from '../../../kernel/audit/record.ts';
import { digestText } from '../../../kernel/canonical.ts';
import { badInput } from '../../../kernel/fault.ts';
import { mutate, type MutationInput, type RefusedResult, type Refusal } from '../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../kernel/mutation/tokens.ts';
import type { Context } from '../context.ts';
import {
  approvalProblem,
  humanOf,
  policyProblems,
  type PolicyState,
  type PolicyTest,
  type PolicyVersion,
} from '../domain/policy.ts';
import { policiesDecided, policiesProposed } from '../domain/policyHappening.ts';
import type { PoliciesDecided, PoliciesProposed } from '../domain/result.ts';
import { applyProposal, stateProposal } from './approval/policyChange.ts';
import { humanBehind } from '../store/humanBehind.ts';
import { addVersion, decideVersion, lockVersions, otherAdmins, versionInForce, versionOf } from '../store/policyVersions.ts';

export interface ProposePolicies extends MutationInput {
  readonly text: string;
  readonly tests?: readonly PolicyTest[];
  readonly reason: string;
}

const REASON_MAX = 2_000;

/** Takes down a new version of the installation's policies. Nothing changes until another admin approves it. */
export function proposePolicies({ kernel, request }: Context, input: ProposePolicies): Promise<PoliciesProposed | RefusedResult> {
  const { tests = [] } = input;
  const reason = input.reason.trim();
  if (reason === '' || reason.length > REASON_MAX) throw badInput(`reason: from 1 to ${REASON_MAX} characters say why.`);
  return mutate(
    kernel.db,
    request,
    {
      operation: 'proposePolicies',
      noun: 'governance.policies',
      action: 'policy.manage',
      input,
      prepare: () => ({ subject: { type: 'Policies', id: 'policies' } }),
    },
    async (tx, origin): Promise<PoliciesProposed | Refusal> => {
      const problems = policyProblems(input.text, tests);
      if (problems.length > 0) return { refusal: { code: 'POLICIES_INVALID', message: problemText(problems) } };
      const version: PolicyVersion = {
        version: (await lockVersions(tx)) + 1,
        text: input.text,
        tests,
        digest: digestText(input.text),
        reason,
        authorId: request.principal.id,
        proposedAt: tx.now,
        state: 'PROPOSED',
        decidedBy: null,
        decidedAt: null,
      };
      await addVersion(tx, version);
      await stateProposal(tx, origin, version);
      const receipt = await record(tx, origin, [policiesProposed(version)]);
      return { __typename: 'PoliciesProposed', ...tokens(receipt), version: version.version };
    },
  );
}

const problemText = (problems: ReturnType<typeof policyProblems>): string =>
  problems
    .slice(0, 20)
    .map(({ policyId, test, message }) => `${policyId ?? (test === null ? 'policies' : `test "${test}"`)}: ${message}`)
    .join('\n');

export interface DecidePolicies extends MutationInput {
  readonly version: number;
  readonly reason?: string | null;
}

/** Puts a proposed version in force: from this transaction on every request is decided by it. */
export const approvePolicies = (context: Context, input: DecidePolicies) => decidePolicies(context, input, 'IN_FORCE');
export const rejectPolicies = (context: Context, input: DecidePolicies) => decidePolicies(context, input, 'REJECTED');

function decidePolicies(
  { kernel, request }: Context,
  input: DecidePolicies,
  state: Extract<PolicyState, 'IN_FORCE' | 'REJECTED'>,
): Promise<PoliciesDecided | RefusedResult> {
  return mutate(
    kernel.db,
    request,
    {
      operation: state === 'IN_FORCE' ? 'approvePolicies' : 'rejectPolicies',
      noun: 'governance.policies',
      action: 'policy.manage',
      input,
      prepare: () => ({ subject: { type: 'Policies', id: 'policies' } }),
    },
    async (tx, origin): Promise<PoliciesDecided | Refusal> => {
      await lockVersions(tx);
      const proposal = await versionOf(tx, input.version);
      if (proposal === null) return { refusal: { code: 'NOT_FOUND', message: `There is no version ${input.version}.` } };
      const human = humanOf(request.principal);
      const problem = approvalProblem(
        proposal,
        (await versionInForce(tx))?.version ?? 0,
        state === 'REJECTED' ? '' : await humanBehind(tx, proposal.authorId),
        human,
        await otherAdmins(tx, human),
      );
      if (problem !== null) return { refusal: problem };
      const problems = state === 'IN_FORCE' ? policyProblems(proposal.text, proposal.tests) : [];
      if (problems.length > 0) return { refusal: { code: 'POLICIES_INVALID', message: problemText(problems) } };
      const unapproved = state === 'IN_FORCE' ? await applyProposal(tx, origin, proposal) : null;
      if (unapproved !== null) return unapproved;
      await decideVersion(tx, proposal.version, state, request.principal.id);
      const receipt = await record(tx, origin, [policiesDecided(proposal, state, input.reason ?? null)]);
      return { __typename: 'PoliciesDecided', ...tokens(receipt), version: proposal.version };
    },
  );
}
