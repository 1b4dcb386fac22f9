import { headOf, listLogs } from '../../../../kernel/audit/ledger/ledger.ts';
import type { Proof } from '../../../../kernel/audit/ledger/proofs.ts';
import { leafHash } from '../../../../kernel/audit/log/hash.ts';
import type { Context } from '../../context.ts';
import type { AuditCheckpoint, AuditEntry } from '../../domain/audit.ts';
import { checkpointOf } from './checkpoint.ts';

export interface EntryProof {
  readonly leafHash: string;
  readonly leafIndex: number;
  readonly treeSize: number;
  readonly hashes: readonly string[];
  readonly checkpoint: () => Promise<AuditCheckpoint>;
}

/** That an entry is in the log, under the newest checkpoint; null while it waits. */
export async function proofOf(context: Context, { sequence, canonical }: AuditEntry): Promise<EntryProof | null> {
  const proof = await context.loaders.proof.load(sequence);
  if (proof === null) return null;
  return {
    leafHash: `sha256:${leafHash(Buffer.from(canonical, 'utf8')).toString('hex')}`,
    leafIndex: proof.leafIndex,
    treeSize: proof.treeSize,
    hashes: proof.hashes.map((hash) => hash.toString('base64')),
    checkpoint: () => checkpointAt(context, proof),
  };
}

async function checkpointAt(context: Context, { epoch, treeSize }: Proof): Promise<AuditCheckpoint> {
  const { db } = context.kernel;
  const [logs, head] = await Promise.all([listLogs(db), headOf(db, epoch, treeSize)]);
  const log = logs.find((each) => each.epoch === epoch);
  if (log === undefined || head === null) throw new Error(`log ${epoch} lost its checkpoint at ${treeSize}`);
  return checkpointOf(context, log, head);
}
