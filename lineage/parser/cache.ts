import { createHash } from 'node:crypto';
import type { Parsed } from './sqlParser.ts';

/** Remembers what was parsed last, by a fingerprint of dialect and text. */
export class ParseCache {
  private readonly known = new Map<string, Parsed>();
  private readonly entriesMax: number;

  constructor(entriesMax: number) {
    this.entriesMax = entriesMax;
  }

  get(key: string): Parsed | undefined {
    const found = this.known.get(key);
    if (found === undefined) return undefined;
    this.known.delete(key);
    this.known.set(key, found);
    return found;
  }

  set(key: string, parsed: Parsed): void {
    // Too slow today may be fast enough tomorrow.
    if (!parsed.ok && parsed.code === 'TOO_SLOW') return;
    this.known.set(key, parsed);
    const oldest = this.known.keys().next();
    if (this.known.size > this.entriesMax && oldest.done !== true) this.known.delete(oldest.value);
  }
}

/** Short texts are their own fingerprint. */
export const fingerprint = (dialect: string, text: string): string =>
  text.length < 100 ? `${dialect}\0${text}` : `${dialect}\0${createHash('sha256').update(text).digest('base64')}`;
