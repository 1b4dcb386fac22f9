import { Fault } from '../kernel/fault.ts';
import { Refusal } from './refusal.ts';

/** By the name of a field or header of the API, what it is called on the command line: `{ ownerId: '--owner' }`. */
export type FlagWords = Readonly<Record<string, string>>;

/** Lets the server speak of fields in the words of the command line. */
export async function inFlags<T>(words: FlagWords, answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Refusal) throw new Refusal(error.code, translated(error.message, words), error.auditId);
    if (error instanceof Fault) throw new Fault(error.code, { public: translated(error.message, words), cause: error.cause });
    throw error;
  }
}

const translated = (message: string, words: FlagWords): string =>
  Object.entries(words).reduce(
    (text, [field, flag]) => text.replaceAll(new RegExp(`(?<![\\w-])${field}(?![\\w-])`, 'g'), flag),
    message,
  );
