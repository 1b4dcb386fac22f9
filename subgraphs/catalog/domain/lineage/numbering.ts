const PAGE_BITS = 16;
const PAGE_MASK = (1 << PAGE_BITS) - 1;
const WORDS = 1 << (PAGE_BITS - 5);

interface Page {
  /** One bit for each of 65536 numbers. */
  readonly bits: Uint32Array;
  /** How many numbers come before each word. */
  readonly ranks: Int32Array;
}

/**
 * Gives the numbers that occur places from 0 on, in their order. Numbers come from one sequence and lie close together: a
 * bitmap with counts finds the place of a number without a search.
 */
export class Numbering {
  /** The number at each place. */
  readonly numbers: Float64Array;
  readonly #pages: ReadonlyMap<number, Page>;

  constructor(...lists: readonly Float64Array[]) {
    const pages = new Map<number, Page>();
    for (const list of lists) for (let i = 0; i < list.length; i++) mark(pages, list[i] ?? 0);
    this.#pages = pages;
    this.numbers = ranked(pages);
  }

  /** The place of a number; -1 when it does not occur. */
  placeOf(no: number): number {
    const page = this.#pages.get(Math.floor(no / (PAGE_MASK + 1)));
    if (page === undefined) return -1;
    const within = no & PAGE_MASK;
    const word = page.bits[within >>> 5] ?? 0;
    const bit = 1 << (within & 31);
    return (word & bit) === 0 ? -1 : (page.ranks[within >>> 5] ?? 0) + ones(word & (bit - 1));
  }
}

function mark(pages: Map<number, Page>, no: number): void {
  const key = Math.floor(no / (PAGE_MASK + 1));
  let page = pages.get(key);
  if (page === undefined) pages.set(key, (page = { bits: new Uint32Array(WORDS), ranks: new Int32Array(WORDS) }));
  const within = no & PAGE_MASK;
  page.bits[within >>> 5] = (page.bits[within >>> 5] ?? 0) | (1 << (within & 31));
}

/** Counts through the pages in order; answers the numbers by place. */
function ranked(pages: ReadonlyMap<number, Page>): Float64Array {
  const ordered = [...pages].toSorted(([a], [b]) => a - b);
  let count = 0;
  for (const [, { bits, ranks }] of ordered) {
    for (let at = 0; at < WORDS; at++) {
      ranks[at] = count;
      count += ones(bits[at] ?? 0);
    }
  }
  const numbers = new Float64Array(count);
  let place = 0;
  for (const [key, { bits }] of ordered) {
    for (let at = 0; at < WORDS; at++) {
      for (let rest = bits[at] ?? 0; rest !== 0; rest &= rest - 1) {
        numbers[place++] = key * (PAGE_MASK + 1) + at * 32 + (31 - Math.clz32(rest & -rest));
      }
    }
  }
  return numbers;
}

/** How many bits of a word are set. */
function ones(word: number): number {
  let rest = word - ((word >>> 1) & 0x55555555);
  rest = (rest & 0x33333333) + ((rest >>> 2) & 0x33333333);
  return Math.imul((rest + (rest >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
