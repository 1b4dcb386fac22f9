import type { PolicyDocument } from '../../../../kernel/approval/policyDocument.ts';
import type { Refusal } from '../../../../kernel/mutation/mutate.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';

/**
 * Why a policy about policies may not come into force, or null: when too few people can approve, nobody could ever change it again.
 * @param counts how many active people each rule about reviewers names
 */
export function refuseUnsatisfiable({ reviewers, evidence, forbid }: PolicyDocument, counts: readonly number[]): Refusal | null {
  if (evidence.length > 0)
    return refusal('UNSATISFIABLE', 'Nobody measures policies: a policy about their change asks for no evidence.');
  const spare = forbid.length === 0 ? 0 : 1;
  const place = reviewers.findIndex(({ min }, at) => (counts[at] ?? 0) < min + spare);
  const rule = reviewers[place];
  if (rule === undefined) return null;
  return refusal(
    'UNSATISFIABLE',
    `reviewers.${place}: ${counts[place] ?? 0} active people can approve, and ${rule.min + spare} are needed: ${rule.min} besides whoever asks. Nobody could change it again.`,
  );
}
