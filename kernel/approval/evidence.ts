import type { Origin } from '../audit/append.ts';
import { record, type Receipt, type Recorded } from '../audit/record.ts';
import { canonicalJson, type Digest, digestOf } from '../canonical.ts';
import type { Tx } from '../db/database.ts';
import { newId } from '../ids.ts';
import { toMs } from '../time.ts';
import type { EvidenceRow } from './evidenceRow.ts';
import { type EvidenceKind, type EvidenceValue, parseEvidenceValue } from './evidenceValue.ts';
import { lockSubject, type Subject } from './subjectRow.ts';
import { voidByEvidence } from './voiding.ts';

export type { EvidenceRow } from './evidenceRow.ts';

export interface NewEvidence {
  readonly subjectId: string;
  /** The content that it speaks of. */
  readonly subjectDigest: Digest;
  readonly kind: EvidenceKind;
  /** Empty when there is only one of the kind. */
  readonly name: string;
  readonly producerId: string;
  readonly tool: string;
  readonly toolVersion: string;
  readonly inputsDigest: string | null;
  /** Numbers, texts and truths by name. */
  readonly value: unknown;
}

/**
 * Adds one row and voids what was asked for on the evidence before it, in the transaction of the caller. Records
 * `registry.evidence.added.v1` of a version of a model, `governance.evidence.added.v1` of everything else.
 * @throws Fault BAD_USER_INPUT for a value that cannot be held against a threshold
 */
export async function addEvidence(
  tx: Tx,
  origin: Origin,
  { value, ...told }: NewEvidence,
): Promise<EvidenceRow & { readonly receipt: Receipt }> {
  const { action, aggregateId } = lineOf(told.subjectId, await lockSubject(tx, told.subjectId));
  const parsed: EvidenceValue = parseEvidenceValue(value);
  const digest = digestOf({ ...told, value: parsed });
  const id = newId('evidence', toMs(tx.now));
  const receipt = await record(tx, origin, [
    {
      action,
      subject: { type: 'Evidence', id, digest },
      aggregateId,
      fields: ['evidence'],
      detail: { kind: told.kind, name: told.name, value: parsed },
      payload: {
        evidenceId: id,
        subjectId: told.subjectId,
        subjectDigest: told.subjectDigest,
        kind: told.kind,
        name: told.name,
        digest,
      },
    },
  ]);
  const row = { ...told, id, value: canonicalJson(parsed), digest, eventId: receipt.auditId, recordedAt: tx.now };
  await tx.query(
    `insert into kernel.evidence (id, subject_id, subject_digest, kind, name, producer_id, tool, tool_version, inputs_digest, value,
       digest, event_id, recorded_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
    [
      id,
      row.subjectId,
      row.subjectDigest,
      row.kind,
      row.name,
      row.producerId,
      row.tool,
      row.toolVersion,
      row.inputsDigest,
      row.value,
      digest,
      row.eventId,
      row.recordedAt,
    ],
    'approval_add_evidence',
  );
  await voidByEvidence(tx, origin, told.subjectId);
  return { ...row, receipt };
}

/** A version tells of its evidence in its own trail. A dataset does not: its events are its content, which evidence must not change. */
const lineOf = (id: string, subject: Subject | null): Pick<Recorded, 'action' | 'aggregateId'> =>
  subject === null || subject.subjectType === 'ModelVersion'
    ? { action: 'registry.evidence.added.v1', aggregateId: id }
    : { action: 'governance.evidence.added.v1', aggregateId: `evidence/${id}` };
