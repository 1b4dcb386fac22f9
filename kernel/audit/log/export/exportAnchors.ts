import { openCheckpoint, type Checkpoint, type SignedCheckpoint } from '../checkpoint.ts';
import { verifyConsistency } from '../consistency.ts';
import { badSignature, LogError, quoted, tampered } from '../logError.ts';
import { parseVerifierKey, type VerifierKey } from '../noteKey.ts';
import type { ExportHeader } from './exportFormat.ts';

/** What the reader of an export brings along, because it must not come from whoever made the export. */
export interface Trust {
  /** Keys of the log; without any the one in the export is taken at its word. */
  readonly keys: readonly VerifierKey[];
  /** Each of them must have cosigned the checkpoint. */
  readonly witnesses: readonly VerifierKey[];
  /** Signed notes of the same log, kept since. */
  readonly checkpoints: readonly KeptCheckpoint[];
}

export interface KeptCheckpoint {
  /** For messages: where it was found. */
  readonly name: string;
  readonly note: Uint8Array;
}

export interface Anchor {
  readonly kind: 'checkpoint' | 'witness';
  readonly name: string;
  readonly size: number;
  /** When a witness signed. */
  readonly at: Date | null;
}

/** The checkpoint of an export, signed by whom it should be, with the witnesses that were asked for. */
export function openExport(header: ExportHeader, { keys, witnesses }: Trust): { checkpoint: SignedCheckpoint; key: VerifierKey } {
  const said = parseVerifierKey(header.vkey);
  const logKeys = keys.length === 0 ? [said] : keys;
  const checkpoint = openCheckpoint(header.checkpoint, [...logKeys, ...witnesses]);
  const signers = checkpoint.signatures.map(({ key }) => key);
  const key = logKeys.find((each) => signers.includes(each));
  if (key === undefined) throw badSignature('The checkpoint is signed by witnesses, but not by the log.');
  const absent = witnesses.find((witness) => !signers.includes(witness));
  if (absent !== undefined) throw badSignature(`The witness ${quoted(absent.name)} (${absent.id}) did not sign the checkpoint.`);
  if (checkpoint.origin !== header.origin)
    throw tampered(`The export is of ${quoted(header.origin)}, its checkpoint of ${quoted(checkpoint.origin)}.`);
  return { checkpoint, key };
}

/** Earlier checkpoints that the log must contain, in the order of their sizes. */
export class ExportAnchors {
  readonly #pending: (Checkpoint & { readonly name: string })[];
  readonly #held: Anchor[];

  constructor(header: ExportHeader, checkpoint: SignedCheckpoint, trust: Trust, key: VerifierKey) {
    this.#held = checkpoint.signatures.flatMap(({ key: { name, type }, at }) =>
      type === 'witness' ? [{ kind: type, name, size: checkpoint.size, at }] : [],
    );
    const keys = trust.keys.length === 0 ? [key] : trust.keys;
    this.#pending = trust.checkpoints
      .map(({ name, note }) => ({ ...openKept(name, note, keys), name }))
      .map((kept) => comparable(kept, header, checkpoint.size))
      .toSorted((a, b) => a.size - b.size);
  }

  get held(): readonly Anchor[] {
    return this.#held;
  }

  /** The size at which a root is wanted next; null when none is. */
  get nextSize(): number | null {
    return this.#pending[0]?.size ?? null;
  }

  /** Up to which size the log is known to be as it was. */
  get heldSize(): number {
    return Math.max(0, ...this.#held.map(({ kind, size }) => (kind === 'checkpoint' ? size : 0)));
  }

  /** Compares all checkpoints of this size with the root that the export has there. */
  compare(size: number, root: Buffer): void {
    for (let kept = this.#pending[0]; kept?.size === size; kept = this.#pending[0]) {
      if (!kept.root.equals(root)) throw this.#rewritten(kept);
      this.#hold(kept);
    }
  }

  /** For exports that do not have all entries. */
  compareByProof(later: Checkpoint, { consistency }: ExportHeader): void {
    for (let kept = this.#pending[0]; kept !== undefined; kept = this.#pending[0]) {
      const { size, name } = kept;
      const hashes = size === later.size ? [] : consistency.find((each) => each.size === size)?.hashes;
      if (hashes === undefined)
        throw notComparable(
          `The export has no proof that leads on from ${name} with ${size} entries. Ask for one from that size, or for a whole export.`,
        );
      if (!verifyConsistency({ earlier: kept, later, proof: hashes })) throw this.#rewritten(kept);
      this.#hold(kept);
    }
  }

  #hold({ name, size }: { readonly name: string; readonly size: number }): void {
    this.#pending.shift();
    this.#held.push({ kind: 'checkpoint', name, size, at: null });
  }

  #rewritten({ name, size }: { readonly name: string; readonly size: number }): LogError {
    const within = { from: this.heldSize, to: size };
    return new LogError(
      'TAMPERED',
      `History was rewritten: the log is not the one of ${name}. Something differs in the entries from ${within.from} to ${size - 1}.`,
      { within },
    );
  }
}

function openKept(name: string, note: Uint8Array, keys: readonly VerifierKey[]): Checkpoint {
  try {
    return openCheckpoint(note, keys);
  } catch (error) {
    throw error instanceof LogError ? new LogError(error.code, `${name}: ${error.message}`) : error;
  }
}

function comparable<T extends Checkpoint & { readonly name: string }>(
  kept: T,
  { origin, kind, range }: ExportHeader,
  newest: number,
): T {
  const { name, size } = kept;
  if (kept.origin !== origin)
    throw tampered(`${name} is of another log, ${quoted(kept.origin)}; the export is of ${quoted(origin)}.`);
  if (size === 0) throw notComparable(`${name} is of the empty log, which every log contains: it shows nothing.`);
  if (size > newest) throw notComparable(`${name} with ${size} entries is newer than the export with ${newest}.`);
  if (size < range.from && kind === 'whole')
    throw notComparable(
      `${name} has ${size} entries, but the export begins with entry ${range.from}. Take one that begins earlier.`,
    );
  return kept;
}

const notComparable = (message: string): LogError => new LogError('NOT_COMPARABLE', message);
