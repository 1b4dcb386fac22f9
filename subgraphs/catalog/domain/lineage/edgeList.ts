import type { EdgeArrays } from './csr.ts';

const GROWTH = 1.5;

/** Edges that are gathered one after the other, without an object for each. */
export class EdgeList {
  #count = 0;
  #id: Float64Array;
  #source: Float64Array;
  #target: Float64Array;
  #traits: Uint16Array;

  constructor(expected: number) {
    this.#id = new Float64Array(expected);
    this.#source = new Float64Array(expected);
    this.#target = new Float64Array(expected);
    this.#traits = new Uint16Array(expected);
  }

  get lastId(): number {
    return this.#count === 0 ? 0 : (this.#id[this.#count - 1] ?? 0);
  }

  add(id: number, source: number, target: number, traits: number): void {
    if (this.#count === this.#id.length) this.#grow();
    this.#id[this.#count] = id;
    this.#source[this.#count] = source;
    this.#target[this.#count] = target;
    this.#traits[this.#count] = traits;
    this.#count += 1;
  }

  arrays(): EdgeArrays {
    const count = this.#count;
    return {
      // Kept for long: without the room to grow.
      id: this.#id.slice(0, count),
      traits: this.#traits.subarray(0, count),
      source: this.#source.subarray(0, count),
      target: this.#target.subarray(0, count),
    };
  }

  #grow(): void {
    const size = Math.ceil(this.#id.length * GROWTH) + 1_000;
    this.#id = larger(this.#id, new Float64Array(size));
    this.#source = larger(this.#source, new Float64Array(size));
    this.#target = larger(this.#target, new Float64Array(size));
    this.#traits = larger(this.#traits, new Uint16Array(size));
  }
}

function larger<T extends Float64Array | Uint16Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
