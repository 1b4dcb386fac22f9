import { z } from 'zod';
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

/** With the bytes in hand held against the approved ones: others are refused, whatever the server says. */
export function withFiles(report: GateReport, files: readonly CheckedFile[]): GateReport {
  const strange = files.filter(({ isApproved }) => !isApproved);
  if (!report.isAllowed || strange.length === 0) return { ...report, files };
  const names = strange.map(({ name, digest }) => `${name} (${digest})`).join(', ');
  return { ...report, files, isAllowed: false, code: 'OTHER_BYTES', reason: `Not approved: the bytes of ${names}.` };
}
