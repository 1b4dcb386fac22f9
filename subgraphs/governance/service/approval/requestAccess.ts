import { liveDataset } from '../../../../kernel/approval/datasetSubject.ts';
import { durationMs } from '../../../../kernel/approval/duration.ts';
import { openRequest } from '../../../../kernel/approval/openRequest.ts';
import type { Subject } from '../../../../kernel/approval/subjectRow.ts';
import type { Origin } from '../../../../kernel/audit/append.ts';
import { record } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { badInput } from '../../../../kernel/fault.ts';
import { mutate, type MutationInput, type Refusal, type RefusedResult } from '../../../../kernel/mutation/mutate.ts';
import { type Subject as Written, writtenSubject } from '../../../../kernel/mutation/subject.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import { type Instant, parseInstant } from '../../../../kernel/time.ts';
import type { Context } from '../../context.ts';
import { accessSought } from '../../domain/approval/happening.ts';
import type { AccessRequested } from '../../domain/approval/result.ts';
import { findDataset } from './findDataset.ts';
import { mayRead } from './held.ts';

export interface RequestAccess extends MutationInput {
  readonly dataset: string;
  readonly reason: string;
  readonly duration?: string | null;
  readonly until?: string | null;
}

/** Asks for leave to read a dataset. Whoever may not see it learns neither whether it is there nor what becomes of their wish. */
export function requestAccess(context: Context, input: RequestAccess): Promise<AccessRequested | RefusedResult> {
  const { kernel, request: caller } = context;
  if (input.reason.trim() === '') throw badInput('reason: say why, in 1 to 1000 characters.');
  const term = readTerm(input);
  const subject = writtenSubject(kernel.pepper, 'Dataset', 'dataset', input.dataset);
  return mutate(
    kernel.db,
    caller,
    {
      operation: 'requestAccess',
      noun: 'governance.approval',
      action: 'approval.request',
      input,
      prepare: async () => ({ subject, dataset: await findDataset(context, input.dataset) }),
    },
    async (tx, origin, { dataset }): Promise<AccessRequested | Refusal> => {
      if (term.grantUntil !== null && term.grantUntil <= tx.now)
        throw badInput('until: it is over already. Give a moment to come.');
      const found = dataset === null ? null : await liveDataset(tx, dataset.id, dataset.name);
      const ask = (state: Subject) =>
        openRequest(tx, origin, {
          subjectId: state.subjectId,
          target: { kind: 'DATASET_ACCESS', key: caller.principal.id },
          requestedBy: caller.principal.id,
          reason: input.reason.trim(),
          state,
          ...term,
        });
      if (found !== null && (await mayRead(tx, caller, found))) {
        const opened = await ask(found);
        return 'refusal' in opened
          ? opened
          : { __typename: 'AccessRequested', ...tokens(opened.receipt), requestId: opened.request.id };
      }
      if (found !== null) await ask(found);
      return sought(tx, origin, subject);
    },
  );
}

async function sought(tx: Tx, origin: Origin, subject: Written): Promise<AccessRequested> {
  const receipt = await record(tx, origin, [accessSought(subject)]);
  return { __typename: 'AccessRequested', ...tokens(receipt), requestId: null };
}

interface Term {
  readonly grantSeconds: number | null;
  readonly grantUntil: Instant | null;
}

function readTerm({ duration, until }: RequestAccess): Term {
  if (typeof until === 'string' && typeof duration !== 'string') return { grantSeconds: null, grantUntil: parseInstant(until) };
  if (typeof duration !== 'string' || typeof until === 'string')
    throw badInput('duration: give either a duration, e.g. P30D, or until when.');
  const ms = durationMs(duration);
  if (ms === null)
    throw badInput(
      `duration: "${duration.slice(0, 40)}" is not an ISO 8601 duration of weeks, days, hours, minutes and seconds, e.g. P30D or PT8H.`,
    );
  return { grantSeconds: ms / 1_000, grantUntil: null };
}
