import { z } from 'zod';
import { ROLES } from '../identity/principal.ts';
import { durationMs } from './duration.ts';
import { EVIDENCE_KINDS } from './evidenceValue.ts';
import { TARGET_KINDS } from './target.ts';
import { compileThreshold } from './threshold.ts';

const DAY_MS = 86_400_000;

const duration = z.string().refine((text) => durationMs(text) !== null, {
  error: 'Write an ISO 8601 duration of weeks, days, hours, minutes and seconds, e.g. P14D or PT24H.',
});
const tag = z
  .string()
  .min(1)
  .max(200)
  .refine((text) => text === text.toLowerCase(), { error: 'Tags are in lower case.' });
/** Only plain letters: no other stage looks like it. */
const stage = z
  .string()
  .transform((text) => text.normalize('NFKC').trim().toLowerCase())
  .pipe(
    z.string().regex(/^[a-z0-9][a-z0-9._-]{0,99}$/, {
      error: 'A stage has letters, digits, dots, hyphens and underscores, e.g. production.',
    }),
  );

const target = z
  .strictObject({ kind: z.enum(TARGET_KINDS), stage: stage.optional(), tags: z.array(tag).max(20).optional() })
  .refine(({ kind, stage: named }) => (kind === 'MODEL_STAGE') === (named !== undefined), {
    error: 'A target of the kind MODEL_STAGE has a stage, e.g. production; others have none.',
  });

const reviewer = z
  .strictObject({
    role: z.enum(ROLES).optional(),
    /** Id of a team. */
    team: z.string().regex(/^tea_/, { error: 'Give the id of a team, tea_….' }).max(60).optional(),
    min: z.int().min(1).max(5),
    distinctTeams: z.boolean().optional(),
  })
  .refine(({ role, team }) => (role === undefined) !== (team === undefined), { error: 'Name either a role or a team.' })
  .refine(({ role }) => role !== 'bot', { error: 'Bots do not review.' });

const evidence = z.strictObject({
  kind: z.enum(EVIDENCE_KINDS),
  name: z.string().min(1).max(200).optional(),
  cel: z
    .string()
    .superRefine((text, context) => {
      const compiled = compileThreshold(text);
      if ('problem' in compiled) context.addIssue({ code: 'custom', message: `CEL: ${compiled.problem}` });
    })
    .optional(),
  maxAge: duration.optional(),
});

/** What must hold before something may happen. */
export const policyDocument = z.strictObject({
  target,
  reviewers: z.array(reviewer).min(1).max(5),
  /** Who may not review: who made it, who asks for it, who owns it alone or in a team. */
  forbid: z.array(z.enum(['creator', 'requester', 'ownerTeam'])).max(3),
  evidence: z
    .array(evidence)
    .max(30)
    .refine((all) => new Set(all.map(({ kind, name }) => `${kind}/${name ?? ''}`)).size === all.length, {
      error: 'Two rules are about the same evidence. Join their expressions with &&.',
    }),
  /** How long reviewers have. */
  requestExpiresAfter: duration,
  /** How long an approval lasts: it may be applied, and applied again, until then. */
  validFor: duration,
  /** How long nobody may ask again after a rejection. */
  cooldown: duration.nullable(),
  /** Whether going back to what was approved and applied before needs a new approval. */
  rollback: z.enum(['REUSE', 'NEW_APPROVAL']),
  /** How long something may last that was done in an emergency, without approval; null when nothing may. */
  breakGlass: z
    .strictObject({
      maxDuration: duration.refine((text) => (durationMs(text) ?? 0) <= DAY_MS, { error: 'At most a day: PT24H.' }),
    })
    .nullable(),
});

export type PolicyDocument = z.infer<typeof policyDocument>;
export type ReviewerRule = PolicyDocument['reviewers'][number];
export type EvidenceRule = PolicyDocument['evidence'][number];

const PROBLEMS_MAX = 20;

/** The document, or what is wrong with it, a line each. */
export function readPolicyDocument(
  value: unknown,
): { readonly document: PolicyDocument } | { readonly problems: readonly string[] } {
  const parsed = policyDocument.safeParse(value);
  if (parsed.success) return { document: parsed.data };
  return {
    problems: parsed.error.issues
      .slice(0, PROBLEMS_MAX)
      .map(({ path, message }) => `${path.length === 0 ? 'document' : path.join('.')}: ${message}`),
  };
}

/** `evidence.metrics`, or with a name `evidence.metrics/holdout`. */
export const evidenceRuleName = ({ kind, name }: EvidenceRule): string =>
  `evidence.${kind}${name === undefined ? '' : `/${name}`}`;

/** Whether a rule is about evidence of this kind and name; without a name it is about the latest of its kind. */
export const isAbout = (rule: EvidenceRule, { kind, name }: { readonly kind: string; readonly name: string }): boolean =>
  rule.kind === kind && (rule.name === undefined || rule.name === name);
