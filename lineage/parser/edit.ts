import type { Token } from '../split/token.ts';

/** A piece of text to put in the place of another. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Index of the parenthesis that closes the one at `open`. */
export function closing(tokens: readonly Token[], open: number): number {
  let depth = 0;
  for (let at = open; at < tokens.length; at += 1) {
    if (tokens[at]?.text === '(') depth += 1;
    if (tokens[at]?.text === ')') depth -= 1;
    if (depth === 0) return at;
  }
  return tokens.length - 1;
}

/** The same for all parentheses at once. */
export function allClosings(tokens: readonly Token[]): ReadonlyMap<number, number> {
  const closings = new Map<number, number>();
  const open: number[] = [];
  tokens.forEach((token, at) => {
    if (token.text === '(') open.push(at);
    const begun = token.text === ')' ? open.pop() : undefined;
    if (begun !== undefined) closings.set(begun, at);
  });
  return closings;
}
