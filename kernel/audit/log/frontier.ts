import { hash } from 'node:crypto';
import { foldHashes, HASH_BYTES } from './hash.ts';
import type { HashReader } from './hashReader.ts';
import { nodesOfRange } from './node.ts';

/** Is told of each complete subtree at the moment it becomes complete, leaves included. The hash is valid during the call only. */
export type OnComplete = (level: number, index: number, hash: Buffer) => void;

const LEVELS = 54;

/**
 * The right edge of a tree: roots of the complete subtrees that cover it, the largest first. All that a log must keep to grow.
 * They lie side by side in one buffer, where two neighbours are already the text of their parent.
 */
export class Frontier {
  #size: number;
  #depth: number;
  readonly #stack = Buffer.alloc(LEVELS * HASH_BYTES);
  readonly #preimage = Buffer.alloc(1 + 2 * HASH_BYTES, 1);

  constructor(size = 0, hashes: readonly Uint8Array[] = []) {
    if (!Number.isSafeInteger(size) || size < 0) throw new RangeError(`No tree has ${size} leaves.`);
    if (hashes.length !== nodesOfRange(0, size).length || hashes.some(({ length }) => length !== HASH_BYTES))
      throw new RangeError(`These are not the hashes of the right edge of a tree of ${size} leaves.`);
    this.#size = size;
    this.#depth = hashes.length;
    for (const [at, each] of hashes.entries()) this.#stack.set(each, at * HASH_BYTES);
  }

  static async read(reader: HashReader, size: number): Promise<Frontier> {
    return new Frontier(size, await reader.read(nodesOfRange(0, size)));
  }

  get size(): number {
    return this.#size;
  }

  get hashes(): readonly Buffer[] {
    return Array.from({ length: this.#depth }, (_, at) => Buffer.from(this.#at(at)));
  }

  root(): Buffer {
    return foldHashes(this.hashes);
  }

  push(leaf: Uint8Array, onComplete?: OnComplete): void {
    let index = this.#size;
    this.#stack.set(leaf, this.#depth * HASH_BYTES);
    onComplete?.(0, index, this.#at(this.#depth));
    for (let level = 1; index % 2 === 1; level++) {
      index = (index - 1) / 2;
      this.#joinLast();
      onComplete?.(level, index, this.#at(this.#depth));
    }
    this.#depth++;
    this.#size++;
  }

  /** The last two hashes become their parent's. */
  #joinLast(): void {
    this.#depth--;
    const at = this.#depth * HASH_BYTES;
    this.#stack.copy(this.#preimage, 1, at, at + 2 * HASH_BYTES);
    this.#stack.write(hash('sha256', this.#preimage, 'binary'), at, HASH_BYTES, 'latin1');
  }

  #at(place: number): Buffer {
    return this.#stack.subarray(place * HASH_BYTES, (place + 1) * HASH_BYTES);
  }
}
