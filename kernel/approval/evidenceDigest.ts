import { type Digest, digestOf } from '../canonical.ts';
import type { EvidenceRow } from './evidenceRow.ts';
import { isAbout, type PolicyDocument } from './policyDocument.ts';

/** The row that a rule is held against: the latest, as evidence comes. */
export const rowFor = (rule: PolicyDocument['evidence'][number], evidence: readonly EvidenceRow[]): EvidenceRow | null =>
  evidence.find((row) => isAbout(rule, row)) ?? null;

/** Of all evidence that a policy asks for, as it is now: whatever is measured anew or comes to it changes the digest. */
export function evidenceDigestOf({ evidence: rules }: PolicyDocument, evidence: readonly EvidenceRow[]): Digest {
  const digests = rules.flatMap((rule) => rowFor(rule, evidence)?.digest ?? []);
  return digestOf([...new Set(digests)].toSorted());
}
