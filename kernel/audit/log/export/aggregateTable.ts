import { hash } from 'node:crypto';
import { HASH_BYTES } from '../hash.ts';

/** The last event of an aggregate, as far as it was seen. */
export interface Head {
  /** 0 when nothing was seen. */
  readonly version: number;
  readonly index: number;
  /** In hexadecimal. */
  readonly digest: string;
}

// A record: the beginning of the id's hash, the digest of the last event, its version, its index.
const KEY_BYTES = 16;
const DIGEST_AT = KEY_BYTES;
const VERSION_AT = DIGEST_AT + HASH_BYTES;
const INDEX_AT = VERSION_AT + 8;
const RECORD_BYTES = INDEX_AT + 8;
const PAGE_RECORDS = 2 ** 14;

/**
 * The heads of millions of aggregates in 80 bytes each, where a Map of strings takes more than 200. Records lie in pages, so that
 * nothing is copied when there are more of them; an open hash table says where.
 */
export class AggregateTable {
  readonly #pages: Buffer[] = [];
  readonly #key = Buffer.alloc(KEY_BYTES);
  /** One more than the place of a record; 0 where there is none. */
  #slots = new Uint32Array(PAGE_RECORDS);
  #count = 0;

  /** Where the record of an aggregate is; makes one for an aggregate that is new. */
  placeOf(id: string): number {
    this.#key.write(hash('sha256', id, 'binary'), 0, KEY_BYTES, 'latin1');
    const slot = this.#slotOf(this.#key);
    const place = this.#placeAt(slot);
    return place < 0 ? this.#add(slot) : place;
  }

  read(place: number): Head {
    const record = this.#record(place);
    return {
      version: record.readDoubleLE(VERSION_AT),
      index: record.readDoubleLE(INDEX_AT),
      digest: record.toString('hex', DIGEST_AT, VERSION_AT),
    };
  }

  write(place: number, { version, index, digest }: Head): void {
    const record = this.#record(place);
    record.write(digest, DIGEST_AT, HASH_BYTES, 'hex');
    record.writeDoubleLE(version, VERSION_AT);
    record.writeDoubleLE(index, INDEX_AT);
  }

  /** The slot that leads to the record with this key, or the free one where it belongs. */
  #slotOf(key: Buffer): number {
    for (let slot = key.readUInt32LE(0) % this.#slots.length; ; slot = (slot + 1) % this.#slots.length) {
      const place = this.#placeAt(slot);
      if (place < 0 || this.#record(place).compare(key, 0, KEY_BYTES, 0, KEY_BYTES) === 0) return slot;
    }
  }

  #placeAt(slot: number): number {
    return (this.#slots[slot] ?? 0) - 1;
  }

  #add(slot: number): number {
    const place = this.#count++;
    if (place % PAGE_RECORDS === 0) this.#pages.push(Buffer.alloc(PAGE_RECORDS * RECORD_BYTES));
    this.#key.copy(this.#record(place));
    this.#slots[slot] = place + 1;
    // At most half full, so that a search is short.
    if (this.#count * 2 > this.#slots.length) this.#widen();
    return place;
  }

  #widen(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let place = 0; place < this.#count; place++) this.#slots[this.#slotOf(this.#record(place))] = place + 1;
  }

  #record(place: number): Buffer {
    const at = (place % PAGE_RECORDS) * RECORD_BYTES;
    return (this.#pages[Math.floor(place / PAGE_RECORDS)] ?? this.#key).subarray(at, at + RECORD_BYTES);
  }
}
