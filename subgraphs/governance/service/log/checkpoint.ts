import { withCosignatures, witnessesOf } from '../../../../kernel/audit/ledger/cosignatures.ts';
import { headOf, listLogs, waiting, type Head, type Log } from '../../../../kernel/audit/ledger/ledger.ts';
import { signerKey } from '../../../../kernel/audit/log/noteKey.ts';
import { requireAction } from '../../../../kernel/policy/decision.ts';
import type { Context } from '../../context.ts';
import type { AuditCheckpoint } from '../../domain/audit.ts';

/** The newest checkpoint of the log that grows. @throws Fault FORBIDDEN */
export async function auditCheckpoint({ kernel, request }: Context): Promise<AuditCheckpoint | null> {
  requireAction(request, 'audit.read');
  const [log] = await listLogs(kernel.db);
  const head = log === undefined ? null : await headOf(kernel.db, log.epoch);
  return log === undefined || head === null ? null : checkpointOf({ kernel }, log, head);
}

export async function checkpointOf({ kernel }: Pick<Context, 'kernel'>, log: Log, head: Head): Promise<AuditCheckpoint> {
  const { note } = await withCosignatures(kernel.db, head);
  return {
    origin: log.origin,
    epoch: log.epoch,
    size: head.size,
    root: `sha256:${head.root.toString('hex')}`,
    note,
    witnesses: witnessesOf(note, log.origin),
    precededBy: log.precededBy,
    verifierKey: signerKey(log.origin, kernel.auditLog.signingKey).verifier.vkey,
    recordedAt: head.recordedAt,
    waiting: await waiting(kernel.db),
  };
}
