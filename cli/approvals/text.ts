import { z } from 'zod';
import { momentText, PERSON_FIELDS, person, personName } from '../assetText.ts';
import { sameWhere, type Where } from '../nextCommand.ts';
import { escaped } from '../terminal/escape.ts';
import { table } from '../terminal/table.ts';

const requirement = z.object({ rule: z.string(), state: z.string(), reason: z.string(), command: z.string().nullable() });
export const requirements = z.array(requirement);
export type Requirements = z.infer<typeof requirements>;

export const request = z.object({
  id: z.string(),
  targetKind: z.string(),
  stage: z.string().nullable(),
  subjectId: z.string(),
  subjectName: z.string(),
  state: z.string(),
  stateReason: z.string().nullable(),
  version: z.number(),
  requestedAt: z.string(),
  decideBy: z.string(),
  validUntil: z.string().nullable(),
  requestedBy: person,
  accessFor: person,
});
export type Request = z.infer<typeof request>;

export const REQUEST_FIELDS = `id targetKind stage subjectId subjectName state stateReason version requestedAt decideBy validUntil
  requestedBy ${PERSON_FIELDS} accessFor ${PERSON_FIELDS}`;

/** What a request is for: `production`, `certification`, `access for Ada`. */
export function targetOf({ targetKind, stage, accessFor }: Pick<Request, 'targetKind' | 'stage' | 'accessFor'>): string {
  if (stage !== null) return stage;
  if (targetKind === 'DATASET_ACCESS') return `access for ${personName(accessFor)}`;
  if (targetKind === 'GLOSSARY_TERM_PUBLISHED') return 'publishing';
  return targetKind.endsWith('_CERTIFIED') ? 'certification' : 'policy change';
}

/** `needs revalidation: POLICY_CHANGED`. */
export const stateOf = ({ state, stateReason }: Pick<Request, 'state' | 'stateReason'>): string =>
  `${state.toLowerCase().replaceAll('_', ' ')}${stateReason === null ? '' : `: ${stateReason}`}`;

export const requestText = (one: Request): string =>
  [
    `${one.id}  ${stateOf(one)}`,
    `${one.subjectName} (${one.subjectId}) for ${targetOf(one)}, asked by ${personName(one.requestedBy)} at ${momentText(one.requestedAt)}`,
    one.validUntil === null ? `reviewers have until ${momentText(one.decideBy)}` : `holds until ${momentText(one.validUntil)}`,
  ]
    .map(escaped)
    .join('\n');

/** Every rule and whether it holds, and below it the commands that help. */
export function requirementsText(all: Requirements, where: Where, bold: (text: string) => string): string {
  if (all.length === 0) return 'No approval policy asks for anything.';
  const rows = all.map(({ rule, state, reason }) => [rule, state, reason]);
  const commands = [...new Set(all.flatMap(({ command }) => command ?? []))];
  const help =
    commands.length === 0
      ? []
      : ['', bold('What to do next'), ...commands.map((command) => `  ${escaped(sameWhere(where, command))}`)];
  return [table(['RULE', 'STATE', 'WHY'], rows, bold), ...help].join('\n');
}
