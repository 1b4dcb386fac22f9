import { UnsafeModel } from './unsafeModel.ts';

/** How a field is written: https://protobuf.dev/programming-guides/encoding/ */
export const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

/** What all messages of one file may cost together. */
export interface Budget {
  fields: number;
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true });
const NAME_BYTES_MAX = 4_096;

/**
 * Goes through the fields of one protobuf message in place: nothing is copied and nothing is allocated for a field, so that
 * millions of numbers are passed over quickly.
 */
export class Message {
  /** Number of the current field, and how it is written. */
  field = 0;
  wire = -1;
  readonly #bytes: Uint8Array;
  readonly #budget: Budget;
  readonly #end: number;
  #at: number;
  #from = 0;

  constructor(bytes: Uint8Array, budget: Budget, from = 0, end = bytes.length) {
    this.#bytes = bytes;
    this.#budget = budget;
    this.#at = from;
    this.#end = end;
  }

  /** Goes to the next field; false at the end. @throws UnsafeModel */
  next(): boolean {
    if (this.#at === this.#end) return false;
    if (--this.#budget.fields < 0) throw new UnsafeModel('TOO_COMPLEX', 'The model has more fields than are read.');
    const tag = this.#varint();
    this.field = Math.floor(tag / 8);
    this.wire = tag % 8;
    if (this.field < 1 || this.field > 536_870_911) throw malformed('a field has no number');
    this.#from = this.#at;
    if (this.wire === WIRE.varint) this.#skipVarint();
    else if (this.wire === WIRE.bytes) this.#skipBytes();
    else if (this.wire === WIRE.fixed32) this.#skip(4);
    else if (this.wire === WIRE.fixed64) this.#skip(8);
    else throw malformed(`a field is written in way ${this.wire}, which ONNX does not use`);
    return true;
  }

  /** How many bytes the current field has. */
  get size(): number {
    return this.#at - this.#from;
  }

  bytes(): Uint8Array {
    this.#expect(WIRE.bytes);
    return this.#bytes.subarray(this.#from, this.#at);
  }

  message(): Message {
    this.#expect(WIRE.bytes);
    return new Message(this.#bytes, this.#budget, this.#from, this.#at);
  }

  text(): string {
    this.#expect(WIRE.bytes);
    if (this.size > NAME_BYTES_MAX) throw new UnsafeModel('TOO_COMPLEX', `A name has more than ${NAME_BYTES_MAX} bytes.`);
    return utf8.decode(this.bytes());
  }

  /** A signed whole number of 64 bits. */
  int64(): bigint {
    this.#expect(WIRE.varint);
    return int64At(this.#bytes, this.#from)[0];
  }

  /** One number, or many in one field: protobuf allows both for a list. At most `max` of them. */
  int64s(max: number): readonly bigint[] {
    if (this.wire === WIRE.varint) return [this.int64()];
    this.#expect(WIRE.bytes);
    const values: bigint[] = [];
    for (let at = this.#from; at < this.#at;) {
      if (values.length === max) throw new UnsafeModel('TOO_COMPLEX', `A list has more than ${max} numbers.`);
      const [value, next] = int64At(this.#bytes, at);
      if (next > this.#at) throw truncated();
      values.push(value);
      at = next;
    }
    return values;
  }

  #expect(wire: number): void {
    if (this.wire !== wire) throw malformed(`field ${this.field} is written in another way than ONNX says`);
  }

  #skipBytes(): void {
    const length = this.#varint();
    this.#from = this.#at;
    this.#skip(length);
  }

  #skip(length: number): void {
    if (length > this.#end - this.#at) throw truncated();
    this.#at += length;
  }

  #skipVarint(): void {
    for (let count = 0; count < 10; count++) {
      if (this.#at === this.#end) throw truncated();
      if ((this.#bytes[this.#at++] ?? 0) < 128) return;
    }
    throw malformed('a number has more than ten bytes');
  }

  /** A number that is a length or a tag; beyond 2^53 it is neither. */
  #varint(): number {
    let value = 0;
    for (let scale = 1; scale <= 2 ** 49; scale *= 128) {
      if (this.#at === this.#end) throw truncated();
      const byte = this.#bytes[this.#at++] ?? 0;
      value += (byte % 128) * scale;
      if (byte < 128) return value;
    }
    throw malformed('a length is impossible');
  }
}

/** The number and where the next one begins. */
function int64At(bytes: Uint8Array, from: number): readonly [bigint, number] {
  let value = 0n;
  for (let count = 0; count < 10; count++) {
    const byte = bytes[from + count];
    if (byte === undefined) throw truncated();
    value |= BigInt(byte % 128) << BigInt(7 * count);
    if (byte < 128) return [BigInt.asIntN(64, value), from + count + 1];
  }
  throw malformed('a number has more than ten bytes');
}

const truncated = (): UnsafeModel => new UnsafeModel('TRUNCATED', 'The model file ends too early. Store it again, whole.');

const malformed = (what: string): UnsafeModel => new UnsafeModel('MALFORMED', `The file is no ONNX model: ${what}.`);
