import type { Numbering } from './numbering.ts';

/** Nodes in the order in which they were met, each once; also such as the numbering does not know. */
export class Met {
  readonly #nodes: Numbering;
  readonly #isKnown: Uint8Array;
  /** Places of nodes; -1 - n for the nth of the others. */
  readonly #places: number[] = [];
  readonly #others: number[] = [];
  readonly #isOther = new Set<number>();

  constructor(nodes: Numbering) {
    this.#nodes = nodes;
    this.#isKnown = new Uint8Array(nodes.numbers.length);
  }

  get count(): number {
    return this.#places.length;
  }

  /** Negative for what the numbering does not know. */
  place(nth: number): number {
    return this.#places[nth] ?? -1;
  }

  knows(place: number): boolean {
    return this.#isKnown[place] === 1;
  }

  /** Takes in a node that is not known yet. */
  enter(place: number): void {
    this.#isKnown[place] = 1;
    this.#places.push(place);
  }

  meet(place: number, no: number): void {
    if (place !== -1 && !this.knows(place)) this.enter(place);
    if (place !== -1 || this.#isOther.has(no)) return;
    this.#isOther.add(no);
    this.#places.push(-this.#others.push(no));
  }

  no(nth: number): number {
    const place = this.place(nth);
    return (place < 0 ? this.#others[-1 - place] : this.#nodes.numbers[place]) ?? 0;
  }

  nos(): readonly number[] {
    return this.#places.map((_, nth) => this.no(nth));
  }
}
