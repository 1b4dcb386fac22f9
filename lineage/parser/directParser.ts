import type { DialectRules } from '../dialect/rules.ts';
import { fingerprint, ParseCache } from './cache.ts';
import { parseStatement } from './mainParser.ts';
import type { Parsed, SqlParser } from './sqlParser.ts';

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
    const known = this.cache.get(key) ?? parseStatement(text, rules);
    this.cache.set(key, known);
    return known;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
