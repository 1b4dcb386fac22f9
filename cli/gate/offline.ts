import { readFile } from 'node:fs/promises';
import type { ModelApproval } from '../../kernel/attestation/approvalStatement.ts';
import { readAttestation } from '../../kernel/attestation/approvalStatement.ts';
import { parseVerifierKey } from '../../kernel/audit/log/noteKey.ts';
import { notFound } from '../../kernel/fault.ts';
import { instantNow } from '../../kernel/time.ts';
import { bytesInHand } from './inHand.ts';
import { type GateReport, heldAgainst } from './verdict.ts';

export interface Offline {
  readonly model: string;
  readonly version: number;
  readonly stage: string;
  /** A file with the attestation. */
  readonly attestation: string;
  readonly keys: readonly string[];
  /** Files and folders. */
  readonly artifacts: readonly string[];
}

/** Decides by a signed attestation alone, without a server. @throws LogError, Fault NOT_FOUND or BAD_USER_INPUT */
export async function judgeOffline({ attestation, keys, artifacts, ...wanted }: Offline): Promise<GateReport> {
  const text = await readFile(attestation, 'utf8').catch(() => {
    throw notFound(`The file ${attestation}`);
  });
  const approval = readAttestation(text, keys.map(parseVerifierKey));
  const inHand = await bytesInHand(artifacts);
  const report = {
    model: approval.model,
    version: approval.version,
    stage: wanted.stage,
    isAllowed: true,
    code: 'ATTESTED',
    reason: allowedText(approval),
    digest: approval.contentDigest,
    until: approval.notAfter,
    policy: approval.approval?.policy ?? null,
    rules: [],
    files: [],
  };
  return heldAgainst(report, approval, { ...wanted, at: instantNow(), inHand });
}

function allowedText({ approval, incident, notAfter }: ModelApproval): string {
  if (incident !== null) return `Without approval, for the emergency ${incident}, until ${notAfter}.`;
  if (approval === null) return `No approval policy guarded the stage. Attested until ${notAfter}.`;
  return `Approved by ${approval.reviewers.length} reviewers (${approval.id}). Attested until ${notAfter}.`;
}
