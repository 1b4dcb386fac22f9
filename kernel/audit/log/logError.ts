/** Why something that claims to be part of a log is not believed. */
export type LogErrorCode = 'MALFORMED' | 'TAMPERED' | 'BAD_SIGNATURE' | 'NOT_COMPARABLE';

/** Entries [from, to). */
export interface IndexRange {
  readonly from: number;
  readonly to: number;
}

/** Data of a log that is not what it should be. The message says what is wrong, and never quotes what was read unescaped. */
export class LogError extends Error {
  readonly code: LogErrorCode;
  /** The first entry that is known to be wrong; null when no single entry is. */
  readonly index: number | null;
  /** Where the first wrong entry lies, as far as that is known. */
  readonly within: IndexRange | null;

  constructor(code: LogErrorCode, message: string, where: { readonly index?: number; readonly within?: IndexRange } = {}) {
    super(message);
    this.name = 'LogError';
    this.code = code;
    this.index = where.index ?? null;
    this.within = where.within ?? null;
  }
}

export const malformed = (message: string): LogError => new LogError('MALFORMED', message);
export const badSignature = (message: string): LogError => new LogError('BAD_SIGNATURE', message);
export const tampered = (message: string): LogError => new LogError('TAMPERED', message);

/** Text of unknown origin for a message: quoted, without control characters, not too long. */
export const quoted = (text: string): string =>
  JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text).replaceAll(
    /[\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]/gu,
    '?',
  );
