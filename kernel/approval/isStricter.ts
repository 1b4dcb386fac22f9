import { durationMs } from './duration.ts';
import type { EvidenceRule, PolicyDocument, ReviewerRule } from './policyDocument.ts';

/** Whether something may hold under one document and not under the next: what was approved has to be looked at again. */
export function isStricter(next: PolicyDocument, before: PolicyDocument): boolean {
  return (
    !areCovered(next.reviewers, before.reviewers, coversReview) ||
    next.forbid.some((one) => !before.forbid.includes(one)) ||
    !areCovered(next.evidence, before.evidence, coversEvidence) ||
    lengthOf(next.validFor) < lengthOf(before.validFor)
  );
}

/** Each of the next rules has one of its own before that asks for as much. */
function areCovered<R>(next: readonly R[], before: readonly R[], covers: (old: R, rule: R) => boolean): boolean {
  const left = [...before];
  return next.every((rule) => {
    const place = left.findIndex((old) => covers(old, rule));
    if (place >= 0) left.splice(place, 1);
    return place >= 0;
  });
}

const coversReview = (old: ReviewerRule, rule: ReviewerRule): boolean =>
  old.role === rule.role &&
  old.team === rule.team &&
  old.min >= rule.min &&
  (old.distinctTeams === true || rule.distinctTeams !== true);

/** A threshold covers none but itself: which of two is stricter cannot be said in general. */
const coversEvidence = (old: EvidenceRule, rule: EvidenceRule): boolean =>
  old.kind === rule.kind &&
  old.name === rule.name &&
  (rule.cel === undefined || old.cel === rule.cel) &&
  (rule.maxAge === undefined || (old.maxAge !== undefined && lengthOf(old.maxAge) <= lengthOf(rule.maxAge)));

const lengthOf = (duration: string): number => durationMs(duration) ?? 0;
