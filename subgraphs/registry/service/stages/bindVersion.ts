import { markApplied, markSuperseded } from '../../../../kernel/approval/apply.ts';
import type { Origin } from '../../../../kernel/audit/append.ts';
import { type Receipt, record, type Recorded } from '../../../../kernel/audit/record.ts';
import type { Digest } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { Superseded } from '../../../../kernel/db/superseded.ts';
import { newId } from '../../../../kernel/ids.ts';
import { type Instant, toMs } from '../../../../kernel/time.ts';
import { aboutVersion, happening } from '../../domain/happening.ts';
import type { BindingKind, ModelVersion, StageBinding } from '../../domain/model.ts';
import { bindStage } from '../../store/bindStage.ts';

export interface Binding {
  /** Locked, sealed, and with this digest. */
  readonly version: ModelVersion;
  readonly digest: Digest;
  readonly stage: string;
  readonly kind: BindingKind;
  readonly approvalId: string | null;
  readonly reason: string;
  readonly emergency: { readonly incident: string; readonly expiresAt: Instant } | null;
  /** What the stage holds now, locked. */
  readonly current: StageBinding | null;
  /** How many bindings the stage has had. */
  readonly bindings: number;
}

/**
 * Writes that a version is in a stage from now on, instead of what was there. Everything has been decided; the statement that
 * writes it decides once more, and when it says no the whole transaction begins again and finds out why.
 */
export async function bindVersion(
  tx: Tx,
  origin: Origin,
  binding: Binding,
): Promise<{ readonly bindingId: string; readonly receipt: Receipt }> {
  const { version, digest, stage, kind, approvalId, reason, emergency, current, bindings } = binding;
  const id = newId('stageBinding', toMs(tx.now));
  const receipt = await record(tx, origin, boundEvents(id, binding));
  const isBound = await bindStage(tx, {
    id,
    modelNo: version.modelNo,
    stage,
    number: bindings + 1,
    versionId: version.id,
    digest,
    kind,
    approvalId,
    reason,
    incident: emergency?.incident ?? null,
    boundBy: origin.actor.id,
    expiresAt: emergency?.expiresAt ?? null,
    eventId: receipt.auditId,
    previousId: current?.id ?? null,
  });
  if (!isBound) throw new Superseded(`the stage ${stage} changed while ${version.id} was bound to it`);
  if (current !== null && current.approvalId !== null && current.approvalId !== approvalId)
    await markSuperseded(tx, origin, current.approvalId);
  if (approvalId !== null) await markApplied(tx, origin, approvalId);
  return { bindingId: id, receipt };
}

function boundEvents(
  bindingId: string,
  { version, digest, stage, kind, approvalId, reason, emergency, current }: Binding,
): readonly Recorded[] {
  const told = { modelId: version.modelId, bindingId, stage, versionId: version.id, digest };
  const expiresAt = emergency?.expiresAt ?? null;
  const detail = {
    bindingId,
    stage,
    kind,
    approvalId,
    reason,
    incident: emergency?.incident ?? null,
    previousBindingId: current?.id ?? null,
  };
  const bound = happening('registry.stage.bound.v1', aboutVersion(version, digest, { fields: ['stage'], detail }), {
    ...told,
    kind,
    approvalId,
    previousVersionId: current?.versionId ?? null,
    expiresAt,
  });
  if (expiresAt === null) return [bound];
  const broken = aboutVersion(version, digest, {
    fields: ['stage'],
    detail: { bindingId, stage, reason, incident: emergency?.incident },
  });
  return [bound, happening('registry.glass.broken.v1', broken, { ...told, expiresAt })];
}
