import { record } from '../../../kernel/audit/record.ts';
import { mutate, type MutationInput, type RefusedResult, type Refusal } from '../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../kernel/mutation/tokens.ts';
import { parseInstant } from '../../../kernel/time.ts';
import type { Context } from '../context.ts';
import { detailsPruned, refusePruning } from '../domain/erasure.ts';
import type { AuditDetailsPruned } from '../domain/result.ts';
import { pruneDetails } from '../store/erase.ts';
import { keepHolds } from '../store/legalHolds.ts';

export interface PruneAuditDetailsInput extends MutationInput {
  readonly before: string;
}

/** Half a year: what the EU's AI Act asks of logs, Article 19. */
export const RETENTION_DAYS_MIN = 183;
/** What one transaction takes. */
const PRUNED_MAX = 20_000;

/** Forgets details whose time of retention is over and that no hold keeps. The events stay, and their leaves. @throws Fault BAD_USER_INPUT */
export function pruneAuditDetails(
  { kernel, request }: Context,
  input: PruneAuditDetailsInput,
): Promise<AuditDetailsPruned | RefusedResult> {
  const before = parseInstant(input.before);
  const retentionDays = kernel.auditLog.retentionDays ?? RETENTION_DAYS_MIN;
  return mutate(
    kernel.db,
    request,
    {
      operation: 'pruneAuditDetails',
      noun: 'governance.details',
      action: 'audit.manage',
      input,
      prepare: () => ({ subject: { type: 'AuditLog', id: 'audit-log' } }),
    },
    async (tx, origin): Promise<AuditDetailsPruned | Refusal> => {
      const refusal = refusePruning(before, tx.now, retentionDays);
      if (refusal !== null) return refusal;
      await keepHolds(tx);
      const pruned = await pruneDetails(tx, before, PRUNED_MAX);
      const receipt = await record(tx, origin, [detailsPruned(before, pruned)]);
      return { __typename: 'AuditDetailsPruned', ...tokens(receipt), pruned, isComplete: pruned < PRUNED_MAX };
    },
  );
}
