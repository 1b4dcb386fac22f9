import { badInput } from '../fault.ts';

export const EVIDENCE_KINDS = ['metrics', 'fairness', 'explanation', 'label_quality', 'lineage', 'custom'] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

export type EvidenceValue = Readonly<Record<string, number | string | boolean>>;

const FIELDS_MAX = 1_000;
const TEXT_MAX = 1_000;
/** Names that a threshold can name. */
const NAME = /^[A-Za-z_][A-Za-z0-9_]{0,99}$/;
/** Words that CEL keeps for itself, and the one name that is not evidence. */
const RESERVED = new Set(
  `as break champion const continue else false for function if import in let loop namespace null package return true var void while
   __proto__ constructor prototype`.split(/\s+/),
);

/**
 * A value that can be held against a threshold: an object of numbers, texts and truths.
 * @throws Fault BAD_USER_INPUT that names the field and what to write instead
 */
export function parseEvidenceValue(value: unknown): EvidenceValue {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw badInput('value: give an object of numbers, texts and truths, e.g. {"auc": 0.91}.');
  const fields = Object.entries(value);
  if (fields.length === 0 || fields.length > FIELDS_MAX)
    throw badInput(`value: give 1 to ${FIELDS_MAX} fields, e.g. {"auc": 0.91}.`);
  return Object.fromEntries(fields.map(([name, one]) => [name, parseField(name, one)]));
}

function parseField(name: string, one: unknown): number | string | boolean {
  const shown = `value.${name.slice(0, 60)}`;
  if (!NAME.test(name))
    throw badInput(`${shown}: a name has letters, digits and underscores and begins with a letter, e.g. f1_macro.`);
  if (RESERVED.has(name))
    throw badInput(`${shown}: this name is reserved, because thresholds could not name it. Take another one.`);
  if (typeof one === 'number') return parseNumber(shown, one);
  if (typeof one === 'boolean') return one;
  if (typeof one !== 'string') throw badInput(`${shown}: give a number, a text, true or false.`);
  if (one.length > TEXT_MAX) throw badInput(`${shown}: a text has at most ${TEXT_MAX} characters.`);
  if (isNumeric(one)) throw badInput(`${shown}: "${one.slice(0, 30)}" is a number in quotes. Write it without them.`);
  return one;
}

function parseNumber(shown: string, number: number): number {
  if (!Number.isFinite(number))
    throw badInput(`${shown}: ${number} is not a number that a threshold can be held against. Leave the field out.`);
  // Canonical JSON knows one zero only.
  return number === 0 ? 0 : number;
}

const isNumeric = (text: string): boolean => /^\s*[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?|infinity|inf|nan)\s*$/i.test(text);
