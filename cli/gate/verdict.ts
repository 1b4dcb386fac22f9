import { z } from 'zod';
import type { ModelApproval } from '../../kernel/attestation/approvalStatement.ts';
import { type Asked, objections } from '../../kernel/attestation/judge.ts';
import type { Operation } from '../client.ts';

/** What a gate answers: of a server, or of an attestation that was read without one. */
export interface GateReport {
  readonly model: string;
  readonly version: number;
  readonly stage: string;
  readonly isAllowed: boolean;
  readonly code: string;
  readonly reason: string;
  readonly digest: string | null;
  readonly until: string | null;
  readonly policy: string | null;
  readonly rules: readonly Rule[];
  readonly files: readonly CheckedFile[];
}

export interface Rule {
  readonly rule: string;
  readonly state: string;
  readonly reason: string;
  readonly command: string | null;
}

/** A file in hand, held against the approved ones. */
export interface CheckedFile {
  readonly name: string;
  readonly digest: string;
  readonly isApproved: boolean;
}

const answered = z.object({
  gate: z
    .object({
      isAllowed: z.boolean(),
      code: z.string(),
      reason: z.string(),
      stage: z.string(),
      until: z.string().nullable(),
      policy: z.string().nullable(),
      modelVersion: z.object({
        number: z.number(),
        digest: z.string().nullable(),
        model: z.object({ name: z.string() }).nullable(),
      }),
      requirements: z.array(
        z.object({ rule: z.string(), state: z.string(), reason: z.string(), command: z.string().nullable() }),
      ),
      attestation: z.string().nullable(),
      verifierKey: z.string(),
    })
    .nullable(),
});
export type Answered = NonNullable<z.infer<typeof answered>['gate']>;

/** The one query that a governance bot needs. */
export const GATE: Operation<z.infer<typeof answered>> = {
  source: `query Gate($id: ID, $model: String, $number: Int, $alias: String, $stage: String!, $seconds: Int!, $readBytes: Boolean!) {
    gate(id: $id, model: $model, number: $number, alias: $alias, stage: $stage, attestationSeconds: $seconds, readBytes: $readBytes) {
      isAllowed code reason stage until policy modelVersion { number digest model { name } }
      requirements { rule state reason command } attestation verifierKey } }`,
  answer: answered,
};

export function reportOf({ modelVersion, requirements, attestation: _, verifierKey: __, ...verdict }: Answered): GateReport {
  const { number, digest, model } = modelVersion;
  return { model: model?.name ?? '', version: number, digest, ...verdict, rules: requirements, files: [] };
}

/** The verdict of an attestation whose signature was checked: it decides, not what a connection or a file says of it. */
export function heldAgainst(report: GateReport, approval: ModelApproval, asked: Asked): GateReport {
  const found = objections(approval, asked);
  const strange = new Set(found.map((objection) => ('file' in objection ? objection.file : null)));
  const files = filesOf(asked, (name) => !strange.has(name));
  const [first] = found;
  if (first === undefined) return { ...report, digest: approval.contentDigest, files };
  const reason = found.map(({ message }) => message).join(' ');
  return { ...report, digest: approval.contentDigest, files, isAllowed: false, code: first.code, reason };
}

/** Where there is no attestation, nothing is known of the bytes. */
export function unproven(report: GateReport, asked: Asked, isProofWanted: boolean): GateReport {
  const files = filesOf(asked, () => false);
  if (!report.isAllowed || !isProofWanted) return { ...report, files };
  const reason = 'The server allows it, but gave no attestation that would prove it.';
  return { ...report, files, isAllowed: false, code: 'NOT_ATTESTED', reason };
}

const filesOf = ({ inHand }: Asked, isApproved: (name: string) => boolean): readonly CheckedFile[] =>
  inHand.flatMap(({ files }) => files.map(({ name, digest }) => ({ name, digest, isApproved: isApproved(name) })));
