import { liveDataset } from '../../../../kernel/approval/datasetSubject.ts';
import { NOTHING_TO_APPROVE, openRequest } from '../../../../kernel/approval/openRequest.ts';
import { type Subject, subjectById } from '../../../../kernel/approval/subjectRow.ts';
import type { Target } from '../../../../kernel/approval/target.ts';
import { badInput } from '../../../../kernel/fault.ts';
import { mutate, type MutationInput, type Refusal, type RefusedResult } from '../../../../kernel/mutation/mutate.ts';
import { writtenSubject } from '../../../../kernel/mutation/subject.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import type { Context } from '../../context.ts';
import type { ApprovalRequested } from '../../domain/approval/result.ts';
import { foldStage } from '../../domain/approval/stage.ts';
import { targetKindOf } from '../../domain/approval/subjectTypes.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import { findDataset } from './findDataset.ts';
import { mayRead } from './held.ts';

export interface RequestApproval extends MutationInput {
  readonly subjectId: string;
  readonly stage?: string | null;
  readonly reason: string;
}

const MISSING = refusal('NOT_FOUND', NOTHING_TO_APPROVE);

/** Asks for approval of what is there now. */
export function requestApproval(context: Context, input: RequestApproval): Promise<ApprovalRequested | RefusedResult> {
  const { kernel, request: caller } = context;
  if (input.reason.trim() === '') throw badInput('reason: say why, in 1 to 1000 characters.');
  return mutate(
    kernel.db,
    caller,
    {
      operation: 'requestApproval',
      noun: 'governance.approval',
      action: 'approval.request',
      input,
      prepare: async () => ({
        subject: writtenSubject(kernel.pepper, 'ApprovalSubject', 'subjectId', input.subjectId),
        // What its name is, the catalog knows; asked before the transaction begins.
        dataset: await findDataset(context, input.subjectId),
      }),
    },
    async (tx, origin, { dataset }): Promise<ApprovalRequested | Refusal> => {
      const subject = dataset === null ? await subjectById(tx, input.subjectId) : await liveDataset(tx, dataset.id, dataset.name);
      if (subject === null || isGone(subject) || !(await mayRead(tx, caller, subject))) return MISSING;
      const opened = await openRequest(tx, origin, {
        subjectId: subject.subjectId,
        target: targetFor(subject, input.stage ?? null),
        requestedBy: caller.principal.id,
        reason: input.reason.trim(),
        ...(dataset === null ? {} : { state: subject }),
      });
      if ('refusal' in opened) return opened;
      return { __typename: 'ApprovalRequested', ...tokens(opened.receipt), requestId: opened.request.id };
    },
  );
}

/** Only versions of models wait to be sealed: anything else without a content was deleted. */
const isGone = ({ subjectType, contentDigest }: Subject): boolean => subjectType !== 'ModelVersion' && contentDigest === null;

function targetFor({ subjectType }: Subject, stage: string | null): Target {
  const kind = targetKindOf(subjectType);
  if (kind !== 'MODEL_STAGE') {
    if (stage !== null) throw badInput('stage: only versions of models come into stages. Leave it out.');
    return { kind, key: '' };
  }
  if (stage === null) throw badInput('stage: say which stage the version is to come into, e.g. production.');
  return { kind, key: foldStage(stage) };
}
