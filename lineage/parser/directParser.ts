import type { DialectRules } from '../dialect/rules.ts';
import { fingerprint, ParseCache } from './cache.ts';
import { parseStatement } from './mainParser.ts';
import type { Parsed, SqlParser } from './sqlParser.ts';

/** A parser works at some fifteen microseconds a word; nothing can stop it here, so it is not asked for more than a second. */
const WORDS_MAX = 50_000;
const WORD = /[\p{L}_"`[][\p{L}\p{N}_$]*/gu;

/** Parses in the thread of the caller: nothing to start, and nothing to stop a statement that takes too long. */
export class DirectParser implements SqlParser {
  private readonly cache: ParseCache;

  constructor(cacheEntriesMax: number) {
    this.cache = new ParseCache(cacheEntriesMax);
  }

  parse(text: string, rules: DialectRules, signal?: AbortSignal): Promise<Parsed> {
    signal?.throwIfAborted();
    return Promise.resolve(this.parseNow(text, rules));
  }

  parseNow(text: string, rules: DialectRules): Parsed {
    const key = fingerprint(rules.id, text);
    const known = this.cache.get(key) ?? tooManyWords(text) ?? parseStatement(text, rules);
    this.cache.set(key, known);
    return known;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

/** Numbers and symbols cost little: it may be a long list of values. */
function tooManyWords(text: string): Parsed | null {
  if (text.length < WORDS_MAX) return null;
  const words = text.match(WORD)?.length ?? 0;
  if (words <= WORDS_MAX) return null;
  const message = `The statement has ${words} words; at most ${WORDS_MAX} are read in the caller's own thread.`;
  return { ok: false, code: 'TOO_LARGE', message, at: null };
}
