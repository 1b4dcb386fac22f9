import { isUtf8 } from 'node:buffer';
import { sign, verify } from 'node:crypto';
import { parseBase64 } from './hash.ts';
import { badSignature, malformed, quoted } from './logError.ts';
import type { SignerKey, VerifierKey } from './noteKey.ts';

/** C2SP signed-note: a text, an empty line, and a line for each signature. */
export interface Note {
  /** With its last newline: what is signed. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteSignature {
  readonly name: string;
  readonly keyId: string;
  readonly bytes: Buffer;
}

/** A signature that was checked. */
export interface Signed {
  readonly key: VerifierKey;
  /** When a witness signed; null for a signature without a time. */
  readonly at: Date | null;
}

const NOTE_BYTES_MAX = 1_000_000;
const SIGNATURES_MAX = 64;
const KEY_ID_BYTES = 4;
const TIME_BYTES = 8;
const SIGNATURE_BYTES = 64;
/** What a Date can say; the format goes further. */
const SECONDS_MAX = 8_640_000_000_000n;

export function parseNote(source: string | Uint8Array): Note {
  const whole = typeof source === 'string' ? source : textOf(source);
  checkCharacters(whole);
  if (!whole.endsWith('\n')) throw malformed('The note was cut off: it does not end with a newline.');
  const gap = whole.lastIndexOf('\n\n');
  if (gap < 1) throw malformed('The note has no empty line between its text and its signatures.');
  const lines = whole.slice(gap + 2, -1).split('\n');
  if (lines.length > SIGNATURES_MAX) throw malformed(`The note has more than ${SIGNATURES_MAX} signatures.`);
  if (new Set(lines).size < lines.length) throw malformed('The note has the same signature twice.');
  return { text: whole.slice(0, gap + 1), signatures: lines.map(parseSignature) };
}

function textOf(bytes: Uint8Array): string {
  if (!isUtf8(bytes)) throw malformed('The note is not UTF-8.');
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

function checkCharacters(text: string): void {
  if (text.length > NOTE_BYTES_MAX) throw malformed('The note is longer than a million characters.');
  if (text.startsWith('\ufeff')) throw malformed('The note begins with a byte order mark, which some editor added.');
  if (text.includes('\r')) throw malformed('The note has carriage returns: its line ends were rewritten.');
  // oxlint-disable-next-line no-control-regex
  if (/[\u0000-\u0009\u000b-\u001f]/u.test(text) || !text.isWellFormed()) throw malformed('The note has control characters.');
}

function parseSignature(line: string): NoteSignature {
  const [, name, encoded = ''] = /^— ([^\p{White_Space}+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? [];
  const bytes = parseBase64(encoded);
  if (name === undefined || bytes === null || bytes.length <= KEY_ID_BYTES)
    throw malformed(`The line ${quoted(line)} is no signature; it looks like: — example.com/log base64.`);
  return { name, keyId: bytes.toString('hex', 0, KEY_ID_BYTES), bytes: bytes.subarray(KEY_ID_BYTES) };
}

/**
 * Checks the signatures of known keys and skips those of others, as the format demands: a note may carry signatures of witnesses that
 * only some know. One wrong signature of a known key condemns the note.
 * @returns what was checked, in the order of the note; not empty
 */
export function verifyNote(note: Note, keys: readonly VerifierKey[]): readonly Signed[] {
  const signed = note.signatures.flatMap((signature) => {
    const key = keys.find(({ name, id }) => name === signature.name && id === signature.keyId);
    return key === undefined ? [] : [verifySignature(note.text, signature, key)];
  });
  if (signed.length > 0) return signed;
  const known = keys.map(({ name, id }) => `${quoted(name)} (${id})`).join(', ');
  const found = note.signatures.map(({ name, keyId }) => `${quoted(name)} (${keyId})`).join(', ');
  throw badSignature(`The note is signed by ${found}, but not by ${known}.`);
}

function verifySignature(text: string, { bytes }: NoteSignature, key: VerifierKey): Signed {
  const timeBytes = key.type === 'witness' ? TIME_BYTES : 0;
  const seconds = timeBytes === 0 || bytes.length < TIME_BYTES ? null : bytes.readBigUInt64BE(0);
  const message = seconds === null ? text : cosignedText(seconds, text);
  const isRight =
    bytes.length === timeBytes + SIGNATURE_BYTES &&
    (seconds ?? 0n) <= SECONDS_MAX &&
    verify(null, Buffer.from(message, 'utf8'), key.publicKey, bytes.subarray(timeBytes));
  if (!isRight) throw badSignature(`The signature of ${quoted(key.name)} (${key.id}) does not fit the note.`);
  return { key, at: seconds === null ? null : new Date(Number(seconds) * 1000) };
}

/** C2SP tlog-cosignature, version 1. */
const cosignedText = (seconds: bigint, text: string): string => `cosignature/v1\ntime ${seconds}\n${text}`;

/** The line that a key adds to a note of this text. `at` is for witnesses, who sign the time too, in whole seconds. */
export function signatureLine(text: string, { verifier, privateKey }: SignerKey, at?: Date): string {
  if (!text.endsWith('\n')) throw new RangeError('The text of a note ends with a newline.');
  checkCharacters(text);
  if ((at === undefined) === (verifier.type === 'witness')) throw new RangeError('A witness signs a time, a log does not.');
  const time = Buffer.alloc(at === undefined ? 0 : TIME_BYTES);
  const seconds = BigInt(Math.floor((at?.getTime() ?? 0) / 1000));
  if (at !== undefined) time.writeBigUInt64BE(seconds);
  const message = at === undefined ? text : cosignedText(seconds, text);
  const signature = sign(null, Buffer.from(message, 'utf8'), privateKey);
  return `— ${verifier.name} ${Buffer.concat([Buffer.from(verifier.id, 'hex'), time, signature]).toString('base64')}\n`;
}
