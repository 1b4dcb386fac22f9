import { parseHash } from '../hash.ts';
import { malformed } from '../logError.ts';

/** Where something stands in the bytes that were read. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export interface EntryLine {
  readonly index: number;
  /** In base64. */
  readonly leaf: string;
  readonly proof: readonly Buffer[] | null;
  readonly body: Span | null;
}

export interface DetailLine {
  readonly index: number;
  readonly salt: string;
  readonly detail: Span;
}

const ENTRY = /^\{"index":(0|[1-9]\d{0,15}),"leaf":"([A-Za-z0-9+/]{43}=)"/;
const DETAIL = /^\{"detailOf":(0|[1-9]\d{0,15}),"salt":"([A-Za-z0-9+/]{43}=)","detail":/;
/** Enough for what the expressions above match. */
const HEAD_BYTES = 128;
const PROOF = ',"proof":[';
const BODY = ',"body":';
const [BRACE, BRACKET] = [0x7d, 0x5d];

/** Reads the envelope only, and only the one right spelling of it; what a body says is read later, if at all. */
export function parseEntryLine(bytes: Buffer, { start, end }: Span): EntryLine {
  const [whole = '', index, leaf] = ENTRY.exec(bytes.toString('latin1', start, Math.min(end, start + HEAD_BYTES))) ?? [];
  if (leaf === undefined || bytes[end - 1] !== BRACE) throw malformed('The line is not an entry of an export.');
  const proof = parseProof(bytes, { start: start + whole.length, end });
  const at = proof?.end ?? start + whole.length;
  const entry = { index: safeIndex(index), leaf, proof: proof?.hashes ?? null };
  if (at === end - 1) return { ...entry, body: null };
  if (!startsWith(bytes, BODY, at)) throw malformed('The line has something else where the body begins.');
  return { ...entry, body: { start: at + BODY.length, end: end - 1 } };
}

function parseProof(bytes: Buffer, { start, end }: Span): { readonly hashes: readonly Buffer[]; readonly end: number } | null {
  if (!startsWith(bytes, PROOF, start)) return null;
  const close = bytes.indexOf(BRACKET, start);
  if (close < 0 || close >= end) throw malformed('The proof has no end.');
  const list = bytes.toString('latin1', start + PROOF.length, close);
  const hashes = list === '' ? [] : list.split(',').map(parseQuotedHash);
  return { hashes, end: close + 1 };
}

function parseQuotedHash(text: string): Buffer {
  const hash = /^".*"$/.test(text) ? parseHash(text.slice(1, -1)) : null;
  if (hash === null) throw malformed('The proof has something that is not a SHA-256 hash in base64.');
  return hash;
}

export const isDetailLine = (bytes: Buffer, { start }: Span): boolean => startsWith(bytes, '{"detailOf":', start);
export const isFooterLine = (bytes: Buffer, { start }: Span): boolean => startsWith(bytes, '{"entries":', start);

export function parseDetailLine(bytes: Buffer, { start, end }: Span): DetailLine {
  const [whole = '', index, salt] = DETAIL.exec(bytes.toString('latin1', start, Math.min(end, start + HEAD_BYTES))) ?? [];
  if (salt === undefined || bytes[end - 1] !== BRACE) throw malformed('The line is not the detail of an entry.');
  return { index: safeIndex(index), salt, detail: { start: start + whole.length, end: end - 1 } };
}

function safeIndex(digits: string | undefined): number {
  const index = Number(digits);
  if (!Number.isSafeInteger(index)) throw malformed('The index is larger than 2^53 - 1.');
  return index;
}

const startsWith = (bytes: Buffer, text: string, at: number): boolean => bytes.toString('latin1', at, at + text.length) === text;
