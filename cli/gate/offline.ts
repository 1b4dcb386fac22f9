import { readFile } from 'node:fs/promises';
import type { ModelApproval } from '../../kernel/attestation/approvalStatement.ts';
import { readAttestation } from '../../kernel/attestation/approvalStatement.ts';
import { objections } from '../../kernel/attestation/judge.ts';
import { parseVerifierKey } from '../../kernel/audit/log/noteKey.ts';
import { notFound } from '../../kernel/fault.ts';
import { instantNow } from '../../kernel/time.ts';
import { digestOfFile } from './artifactFile.ts';
import type { CheckedFile, GateReport } from './verdict.ts';

export interface Offline {
  readonly model: string;
  readonly version: number;
  readonly stage: string;
  /** A file with the attestation. */
  readonly attestation: string;
  readonly keys: readonly string[];
  readonly artifacts: readonly string[];
}

/** Decides by a signed attestation alone, without a server. @throws LogError, Fault NOT_FOUND */
export async function judgeOffline({ model, version, stage, attestation, keys, artifacts }: Offline): Promise<GateReport> {
  const text = await readFile(attestation, 'utf8').catch(() => {
    throw notFound(`The file ${attestation}`);
  });
  const approval = readAttestation(text, keys.map(parseVerifierKey));
  const files = await Promise.all(artifacts.map(async (name) => ({ name, digest: await digestOfFile(name) })));
  const found = objections(approval, { model, version, stage, at: instantNow(), files });
  return {
    model: approval.model,
    version: approval.version,
    stage,
    isAllowed: found.length === 0,
    code: found[0]?.code ?? 'ATTESTED',
    reason: found.length === 0 ? allowedText(approval) : found.map(({ message }) => message).join(' '),
    digest: approval.contentDigest,
    until: approval.notAfter,
    policy: approval.approval?.policy ?? null,
    rules: [],
    files: files.map((file): CheckedFile => ({
      ...file,
      isApproved: approval.artifacts.some(({ digest }) => digest === file.digest),
    })),
  };
}

function allowedText({ approval, incident, notAfter }: ModelApproval): string {
  if (incident !== null) return `Without approval, for the emergency ${incident}, until ${notAfter}.`;
  if (approval === null) return `No approval policy guarded the stage. Attested until ${notAfter}.`;
  return `Approved by ${approval.reviewers.length} reviewers (${approval.id}). Attested until ${notAfter}.`;
}
