import { scimFault } from './scimFault.ts';

export type Token =
  | { readonly kind: 'word'; readonly text: string; readonly at: number }
  | { readonly kind: 'value'; readonly value: string | number | boolean | null; readonly at: number }
  | { readonly kind: 'mark'; readonly text: '(' | ')' | '[' | ']'; readonly at: number };

const LENGTH_MAX = 4_096;

/** A word is an attribute with what stands before it, e.g. a schema, and what hangs on it with a dot; or an operator. */
const WORD = /^[A-Za-z$][\w$.:-]*/;
const TEXT = /^"(?:[^"\\]|\\.)*"/su;
const NUMBER = /^-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.])/;
const LITERALS = new Map<string, boolean | null>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** @throws Fault BAD_USER_INPUT invalidFilter */
export function tokenize(text: string): readonly Token[] {
  if (text.length > LENGTH_MAX) throw scimFault('invalidFilter', `A filter has at most ${LENGTH_MAX} characters.`);
  const tokens: Token[] = [];
  let at = 0;
  while (at < text.length) {
    if (text.charAt(at) === ' ') {
      at++;
      continue;
    }
    const [token, length] = tokenAt(text, at);
    tokens.push(token);
    at += length;
  }
  return tokens;
}

function tokenAt(text: string, at: number): readonly [Token, number] {
  const mark = text.charAt(at);
  if (mark === '(' || mark === ')' || mark === '[' || mark === ']') return [{ kind: 'mark', text: mark, at }, 1];
  const rest = text.slice(at);
  const quoted = TEXT.exec(rest)?.[0];
  if (quoted !== undefined) return [{ kind: 'value', value: textOf(quoted, at), at }, quoted.length];
  const number = NUMBER.exec(rest)?.[0];
  if (number !== undefined) return [{ kind: 'value', value: Number(number), at }, number.length];
  const word = WORD.exec(rest)?.[0];
  if (word === undefined) throw wrongAt(at, 'cannot be read. Texts stand in double quotes');
  const literal = LITERALS.get(word.toLowerCase());
  return [literal === undefined ? { kind: 'word', text: word, at } : { kind: 'value', value: literal, at }, word.length];
}

function textOf(quoted: string, at: number): string {
  let value: unknown;
  try {
    value = JSON.parse(quoted);
  } catch {
    throw wrongAt(at, 'has a text that is no JSON string');
  }
  if (typeof value !== 'string' || !value.isWellFormed() || value.includes('\0'))
    throw wrongAt(at, 'has a character that nothing here has: U+0000, or half of a surrogate pair');
  return value;
}

const wrongAt = (at: number, what: string) => scimFault('invalidFilter', `The filter ${what}, at character ${at + 1}.`);
