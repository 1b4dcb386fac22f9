import { badInput } from './fault.ts';
import { looksLatin, PLAIN_LATIN, SCRIPTS } from './lookalikes.ts';

/** A name as it is shown and as it is compared. */
export interface FoldedName {
  /** As it was written, without white space around it, composed. */
  readonly name: string;
  /** Equal for all spellings that count as one name. */
  readonly folded: string;
}

/**
 * Reads a name that people give: of a model, a stage, an alias, a glossary term. Names are compared by their folded form, so that no spelling of a guarded name
 * passes its guard; what looks like another name and folds to none of its spellings is refused.
 * @param field what is named, for the message
 * @throws Fault BAD_USER_INPUT
 */
export function foldName(field: string, written: string, charactersMax: number): FoldedName {
  const refuse = (problem: string): never => {
    throw badInput(`${field}: "${shown(written)}" ${problem}`);
  };
  if (!written.isWellFormed()) refuse('has half of a surrogate pair.');
  const name = written.trim().normalize('NFC');
  if (name === '') refuse('is empty. Write a name such as churn.');
  // Of what was written, not of the folded form: that may be longer.
  if (name.length > charactersMax) refuse(`has more than ${charactersMax} characters.`);
  if (UNSEEN.test(name))
    refuse('has a character that cannot be seen, or that turns the direction of text. Write it anew by hand.');
  const plain = name
    .normalize('NFKC')
    .replace(/\p{Zs}+/gu, ' ')
    .trim();
  const problem = problemOf(plain);
  if (problem !== null) refuse(problem);
  return { name, folded: folded(plain) };
}

/** Control, format and unassigned characters, variation selectors, fillers: whatever Unicode lets a reader leave out. */
const UNSEEN = /[\p{C}\p{Default_Ignorable_Code_Point}\u2800\u2028\u2029]/u;

/** Why a name cannot be told from others by reading it; null when it can. @param plain of the normal form NFKC */
function problemOf(plain: string): string | null {
  const odd = [...plain].find((char) => !/[\p{L}\p{M}\u0020-\u007e]/u.test(char));
  if (odd !== undefined) return `has ${nameOf(odd)}. Write letters, the digits 0 to 9, spaces and ASCII punctuation.`;
  const letters = lettersOf(plain);
  const scripts = new Set(letters.map(scriptOf));
  if (scripts.has(null)) return 'has letters of a script that is hardly used today. Write it in another one.';
  if (scripts.size > 1) return `mixes letters of ${[...scripts].join(' and ')}, which can look the same. Write it in one script.`;
  const strange = scripts.has('Latin') ? letters.find((char) => !PLAIN_LATIN.test(char)) : undefined;
  if (strange !== undefined) return `has ${nameOf(strange)}, which looks like another letter. Write that one.`;
  if (hasLooseMark(plain)) return 'has an accent that belongs to no letter. Write the letter with its accent, or without.';
  if (
    !scripts.has('Latin') &&
    [letters, lettersOf(folded(plain))].some((spelling) => spelling.length > 0 && spelling.every(looksLatin))
  )
    return 'can be read as Latin letters, all of which are others. Write it in Latin letters, or another name.';
  return null;
}

/** A mark that made no letter with the one before it: an overlay, or a second dot over an i. Other scripts write such marks. */
const hasLooseMark = (plain: string): boolean =>
  /[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Common}]\p{M}|^\p{M}/u.test(plain);

const lettersOf = (plain: string): readonly string[] => [...plain.normalize('NFD')].filter((char) => /\p{L}/u.test(char));

const scriptOf = (letter: string): string | null => SCRIPTS.find(({ letters }) => letters.test(letter))?.name ?? null;

/** To upper case first: there are letters whose case folds in one direction only, such as the dotless i and the sharp s. */
const folded = (plain: string): string => foldOnce(foldOnce(plain)).trim();

const foldOnce = (text: string): string =>
  text.toUpperCase().toLowerCase().replaceAll('ς', 'σ').replaceAll('i\u0307', 'i').normalize('NFKC');

const nameOf = (char: string): string => `U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;

/** Shows what is hidden, so that the message is of use. */
const shown = (written: string): string =>
  Array.from(written.slice(0, 60), (char) => (UNSEEN.test(char) || !char.isWellFormed() ? `<${nameOf(char)}>` : char)).join('');
