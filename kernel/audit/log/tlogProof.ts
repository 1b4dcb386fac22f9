import { openCheckpoint, type SignedCheckpoint } from './checkpoint.ts';
import { parseHash } from './hash.ts';
import { PROOF_HASHES_MAX, verifyInclusion } from './inclusion.ts';
import { malformed, quoted, tampered } from './logError.ts';
import type { VerifierKey } from './noteKey.ts';

const FIRST_LINE = 'c2sp.org/tlog-proof@v1';

/** C2SP tlog-proof: all that shows one entry to be in a log, as a text that can be kept beside the entry. */
export interface TlogProof {
  readonly index: number;
  readonly hashes: readonly Buffer[];
  /** A signed note. */
  readonly checkpoint: string;
}

export const encodeProof = ({ index, hashes, checkpoint }: TlogProof): string =>
  [FIRST_LINE, `index ${index}`, ...hashes.map((hash) => hash.toString('base64')), '', checkpoint].join('\n');

export function parseProof(text: string): TlogProof {
  const gap = text.indexOf('\n\n');
  const [first, ...lines] = text.slice(0, Math.max(0, gap)).split('\n');
  if (first !== FIRST_LINE) throw malformed(`A proof begins with the line ${FIRST_LINE}.`);
  // Whatever stands behind `extra` is not proved, and nothing of ours reads it.
  const [indexLine = '', ...rest] = lines[0]?.startsWith('extra ') === true ? lines.slice(1) : lines;
  const index = Number(/^index (0|[1-9]\d{0,15})$/.exec(indexLine)?.[1] ?? NaN);
  if (!Number.isSafeInteger(index)) throw malformed(`${quoted(indexLine)} is no index of an entry.`);
  if (rest.length > PROOF_HASHES_MAX) throw malformed(`A proof has at most ${PROOF_HASHES_MAX} hashes.`);
  const hashes = rest.map((line) => {
    const hash = parseHash(line);
    if (hash === null) throw malformed(`${quoted(line)} is not a SHA-256 hash in base64.`);
    return hash;
  });
  return { index, hashes, checkpoint: text.slice(gap + 2) };
}

/** The checkpoint in which the leaf is, signed by one of the keys; throws when it is in none. */
export function verifyProof(text: string, leaf: Uint8Array, keys: readonly VerifierKey[]): SignedCheckpoint {
  const { index, hashes, checkpoint } = parseProof(text);
  const opened = openCheckpoint(checkpoint, keys);
  if (!verifyInclusion({ index, size: opened.size, leaf, proof: hashes, root: opened.root }))
    throw tampered(`Entry ${index} of ${quoted(opened.origin)} is another one, or the proof was changed.`);
  return opened;
}
