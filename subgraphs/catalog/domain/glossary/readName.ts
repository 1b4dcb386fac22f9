import { badInput } from '../../../../kernel/fault.ts';
import { type FoldedName, foldName } from '../../../../kernel/foldName.ts';

const NAME_MAX = 200;
const TEXT_MAX = 10_000;
const SYNONYMS_MAX = 50;

/** The name of a term or a product, which no other may have in any spelling. @throws Fault BAD_USER_INPUT */
export const readName = (written: string): FoldedName => foldName('name', written, NAME_MAX);

/** A definition or a description. @throws Fault BAD_USER_INPUT */
export function readText(field: string, written: string): string {
  const text = written.trim().normalize('NFC');
  if (text === '') throw badInput(`${field} is empty. Say what is meant, in words that others understand.`);
  if (text.length > TEXT_MAX) throw badInput(`${field} has ${text.length} characters; at most ${TEXT_MAX} are kept.`);
  return text;
}

/** Each once, in one order, so that the order in which they are written is no other content. @throws Fault BAD_USER_INPUT */
export function readSynonyms(written: readonly string[]): readonly string[] {
  if (written.length > SYNONYMS_MAX) throw badInput(`synonyms: at most ${SYNONYMS_MAX}.`);
  const read = written.map((synonym) => foldName('synonyms', synonym, NAME_MAX));
  return [...new Map(read.map(({ name, folded }) => [folded, name])).values()].toSorted();
}
