import { liveDataset } from '../../../../kernel/approval/datasetSubject.ts';
import { addEvidence } from '../../../../kernel/approval/evidence.ts';
import { EVIDENCE_KINDS, type EvidenceKind, parseEvidenceValue } from '../../../../kernel/approval/evidenceValue.ts';
import { stateSubject } from '../../../../kernel/approval/subject.ts';
import { lockSubject, type Subject, subjectById } from '../../../../kernel/approval/subjectRow.ts';
import type { Queryable } from '../../../../kernel/db/database.ts';
import { badInput } from '../../../../kernel/fault.ts';
import { mutate, type MutationInput, type Refusal, type RefusedResult } from '../../../../kernel/mutation/mutate.ts';
import { writtenSubject } from '../../../../kernel/mutation/subject.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import type { Context } from '../../context.ts';
import type { EvidenceAttached } from '../../domain/approval/result.ts';
import { CATALOG_SUBJECTS } from '../../domain/approval/subjectTypes.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import { findDataset, type NamedDataset } from './findDataset.ts';
import { mayRead } from './held.ts';

export interface AttachEvidence extends MutationInput {
  /** URN or id of a dataset, or the id of a term or data product. */
  readonly subject: string;
  readonly kind: string;
  readonly name?: string;
  readonly tool: string;
  readonly toolVersion?: string;
  readonly inputsDigest?: string | null;
  readonly value: unknown;
  /** What was measured; refused when it is something else by now. */
  readonly expectedDigest?: string | null;
}

const LINE_MAX = 200;
const MISSING = refusal(
  'NOT_FOUND',
  'There is nothing with this URN or id in the catalog. Give the URN or id of a dataset, or the id of a glossary term or a data product; for a version of a model: addEvidence.',
);

/** Adds what was measured of a dataset, a term or a data product as it is now. It is never changed; a later one counts instead. */
export function attachEvidence(context: Context, input: AttachEvidence): Promise<EvidenceAttached | RefusedResult> {
  const { kernel, request: caller } = context;
  const kind = readKind(input.kind);
  const value = parseEvidenceValue(input.value);
  const [name, tool, toolVersion] = [
    readLine('name', input.name),
    readLine('tool', input.tool),
    readLine('toolVersion', input.toolVersion),
  ];
  if (tool === '') throw badInput('tool: say what produced it, e.g. great-expectations.');
  return mutate(
    kernel.db,
    caller,
    {
      operation: 'attachEvidence',
      noun: 'governance.evidence',
      action: 'catalog.attachEvidence',
      input,
      prepare: () => findSubject(context, input.subject),
    },
    async (tx, origin, { dataset }): Promise<EvidenceAttached | Refusal> => {
      const subject = dataset === null ? catalogued(await lockSubject(tx, input.subject)) : await live(tx, dataset);
      if (subject === null || !(await mayRead(tx, caller, subject))) return MISSING;
      const { subjectId, contentDigest } = subject;
      if (contentDigest === null) return refusal('NOT_SEALED', `${subject.name} has no content that evidence could speak of.`);
      const expected = input.expectedDigest ?? contentDigest;
      if (expected !== contentDigest)
        return refusal('DIGEST_MISMATCH', `${subject.name} is ${contentDigest} by now, not ${expected}. Measure it again.`);
      // Whoever asks for approval meanwhile waits, and then counts on this.
      if (dataset !== null) await stateSubject(tx, origin, subject);
      const added = await addEvidence(tx, origin, {
        subjectId,
        subjectDigest: contentDigest,
        kind,
        name,
        producerId: origin.actor.id,
        tool,
        toolVersion,
        inputsDigest: input.inputsDigest ?? null,
        value,
      });
      return { __typename: 'EvidenceAttached', ...tokens(added.receipt), evidenceId: added.id };
    },
  );
}

/** What decides who may: the class of what is meant. What the caller may not see is decided like what is not there. */
async function findSubject(context: Context, written: string) {
  const { db, pepper } = context.kernel;
  const found = await findDataset(context, written);
  const subject = found === null ? catalogued(await subjectById(db, written)) : await live(db, found);
  const seen = subject !== null && (await mayRead(db, context.request, subject)) ? subject : null;
  return {
    subject: writtenSubject(pepper, 'ApprovalSubject', 'subject', written),
    resources: seen === null || seen.resourceNo === null ? [] : [seen.resourceNo],
    dataset: seen === null ? null : found,
  };
}

/** What the catalog says of it now. */
const live = (db: Queryable, { id, name }: NamedDataset): Promise<Subject | null> => liveDataset(db, id, name);

/** What its owner stated, of what the catalog has. */
const catalogued = (stated: Subject | null): Subject | null =>
  stated !== null && CATALOG_SUBJECTS.includes(stated.subjectType) ? stated : null;

function readKind(written: string): EvidenceKind {
  const kind = EVIDENCE_KINDS.find((one) => one === written.toLowerCase());
  if (kind === undefined) throw badInput(`kind: one of ${EVIDENCE_KINDS.join(', ')}.`);
  return kind;
}

function readLine(field: string, text = ''): string {
  if (text.length > LINE_MAX || /[\p{Cc}\u2028\u2029]/u.test(text))
    throw badInput(`${field}: one line of at most ${LINE_MAX} characters.`);
  return text.trim();
}
