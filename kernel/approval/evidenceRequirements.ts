import { shellWord } from '../shellWord.ts';
import { durationMs, later } from './duration.ts';
import type { EvidenceRow } from './evidenceRow.ts';
import { rowFor } from './evidenceDigest.ts';
import type { EvidenceValue } from './evidenceValue.ts';
import type { Facts } from './facts.ts';
import type { ApprovalPolicy } from './guards.ts';
import { type EvidenceRule, evidenceRuleName } from './policyDocument.ts';
import type { Requirement, RequirementState } from './requirement.ts';
import { compileThreshold } from './threshold.ts';

/** Each rule about evidence, held against the latest row that it is about. */
export const evidenceRequirements = ({ document, evidenceSince }: ApprovalPolicy, facts: Facts): readonly Requirement[] =>
  document.evidence.map((rule, place) => {
    const row = rowFor(rule, facts.evidence);
    const [state, reason] = judge(rule, row, evidenceSince[place] ?? facts.at, facts);
    return {
      rule: evidenceRuleName(rule),
      kind: 'EVIDENCE',
      state,
      reason,
      command: state === 'PASS' ? null : commandFor(rule, facts),
      evidenceId: row?.id ?? null,
    };
  });

function judge(
  rule: EvidenceRule,
  row: EvidenceRow | null,
  since: string,
  { contentDigest, subject, championEvidence, at }: Facts,
): readonly [RequirementState, string] {
  const asked = rule.cel === undefined ? 'It is asked for' : `${rule.cel} is asked for`;
  if (row === null) return ['MISSING', `${asked}, and nobody has recorded ${whatOf(rule)}.`];
  if (row.subjectDigest !== (subject.contentDigest ?? contentDigest))
    return ['STALE', `${row.id} speaks of other bytes, ${row.subjectDigest}.`];
  if (rule.cel !== undefined && row.recordedAt <= since)
    return [
      'STALE',
      `${row.id} was recorded at ${row.recordedAt}, before ${rule.cel} was asked for at ${since}: thresholds come first.`,
    ];
  const maxAge = durationMs(rule.maxAge ?? '');
  if (maxAge !== null && later(row.recordedAt, maxAge) <= at)
    return ['STALE', `${row.id} was recorded at ${row.recordedAt}, longer than ${rule.maxAge} ago.`];
  if (rule.cel === undefined) return ['PASS', `${row.id} is recorded.`];
  const champion = championEvidence === null ? null : rowFor(rule, championEvidence);
  return judgeThreshold(rule.cel, row, champion);
}

function judgeThreshold(cel: string, row: EvidenceRow, champion: EvidenceRow | null): readonly [RequirementState, string] {
  const threshold = compileThreshold(cel);
  // Checked when the policy was written; whatever cannot be read any more is not fulfilled.
  if ('problem' in threshold) return ['FAIL', `${cel} cannot be read: ${threshold.problem}`];
  const verdict = threshold.holds(valueOf(row), champion === null ? null : valueOf(champion));
  return verdict.state === 'PASS'
    ? ['PASS', `${cel} holds by ${row.id}.`]
    : ['FAIL', `${cel} does not hold by ${row.id}: ${verdict.reason}.`];
}

/** The text is our own, checked when it was recorded. */
const valueOf = ({ value }: EvidenceRow): EvidenceValue => JSON.parse(value) as EvidenceValue;

const whatOf = ({ kind, name }: EvidenceRule): string =>
  `evidence of the kind ${kind}${name === undefined ? '' : ` named ${name}`}`;

/** Null for proposed policies: nobody measures them. */
function commandFor({ kind, name }: EvidenceRule, { subject: { subjectId, subjectType, resourceNo } }: Facts): string | null {
  const isVersion = subjectType === 'ModelVersion';
  if (!isVersion && resourceNo === null) return null;
  const command = isVersion ? 'models' : 'approvals';
  return `cadastre ${command} evidence ${subjectId} --kind ${kind}${name === undefined ? '' : ` --name ${shellWord(name)}`} --file ${kind}.json`;
}
