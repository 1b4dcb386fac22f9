import { parseHash } from './hash.ts';
import { malformed, quoted } from './logError.ts';
import { parseNote, signatureLine, verifyNote, type Note, type Signed } from './note.ts';
import type { SignerKey, VerifierKey } from './noteKey.ts';

/** C2SP tlog-checkpoint: what a log claims to be at one size. */
export interface Checkpoint {
  /** Which log: `example.com/audit`. */
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
}

export interface SignedCheckpoint extends Checkpoint {
  readonly signatures: readonly Signed[];
}

export function signCheckpoint({ origin, size, root }: Checkpoint, signer: SignerKey): string {
  const text = `${origin}\n${size}\n${root.toString('base64')}\n`;
  // Whatever we could not read ourselves is not signed.
  parseCheckpoint({ text, signatures: [] });
  return `${text}\n${signatureLine(text, signer)}`;
}

/** A note with one more signature, of a witness. */
export const cosignCheckpoint = (note: string, witness: SignerKey, at: Date): string =>
  note + signatureLine(parseNote(note).text, witness, at);

/** Reads a checkpoint that one of the keys has signed; throws when it is none, or is not signed by any, or by one wrongly. */
export function openCheckpoint(source: string | Uint8Array, keys: readonly VerifierKey[]): SignedCheckpoint {
  const note = parseNote(source);
  const signatures = verifyNote(note, keys);
  return { ...parseCheckpoint(note), signatures };
}

/** Extension lines are passed over: they are signed, but say nothing of the tree. */
export function parseCheckpoint({ text }: Note): Checkpoint {
  const [origin = '', sizeText = '', rootText = '', ...extensions] = text.slice(0, -1).split('\n');
  if (origin === '' || extensions.includes('')) throw malformed('The checkpoint has an empty line.');
  const size = /^(?:0|[1-9]\d{0,15})$/.test(sizeText) ? Number(sizeText) : NaN;
  if (!Number.isSafeInteger(size))
    throw malformed(`The checkpoint's size ${quoted(sizeText)} is not a whole number from 0 to 2^53 - 1.`);
  const root = parseHash(rootText);
  if (root === null) throw malformed(`The checkpoint's root ${quoted(rootText)} is not a SHA-256 hash in base64.`);
  return { origin, size, root };
}
