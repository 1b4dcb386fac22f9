import { quoted, UnsafeModel } from './unsafeModel.ts';
import type { Message } from './wire.ts';

/** Where values of a tensor lie outside of the model file. */
export interface ExternalData {
  /** Beside the model file: one file name or folders and a file name, with `/` between them. */
  readonly location: string;
  readonly offset: number;
  /** Null: up to the end of the file. */
  readonly length: number | null;
}

const BYTES_MAX = 2 ** 40;

/** Gathers TensorProto.external_data, one key and value after the other. */
export class ExternalDataReader {
  readonly #said = new Map<string, string>();

  add(entry: Message): void {
    let key = '';
    let value = '';
    while (entry.next()) {
      if (entry.field === 1) key = entry.text();
      if (entry.field === 2) value = entry.text();
    }
    if (this.#said.has(key)) throw bad(`says ${quoted(key)} twice`);
    this.#said.set(key, value);
    if (this.#said.size > 10) throw bad('has more than ten entries');
  }

  get isGiven(): boolean {
    return this.#said.size > 0;
  }

  /** @throws UnsafeModel EXTERNAL_DATA */
  read(): ExternalData {
    const location = safeLocation(this.#said.get('location') ?? '');
    const offset = count('offset', this.#said.get('offset') ?? '0');
    const length = this.#said.has('length') ? count('length', this.#said.get('length') ?? '') : null;
    if (offset + (length ?? 0) > BYTES_MAX) throw bad(`ends beyond ${BYTES_MAX} bytes`);
    return { location, offset, length };
  }
}

/**
 * Whether everything that a model refers to is there. Links cannot lead anywhere: artifacts are bytes under their digest, and
 * a path is only a label of them.
 * @param model path of the model file among the artifacts
 * @param sizes of all artifacts of the version, by path
 * @throws UnsafeModel EXTERNAL_DATA
 */
export function requireExternalData(
  model: string,
  references: readonly ExternalData[],
  sizes: ReadonlyMap<string, number>,
): void {
  const folder = model.slice(0, model.lastIndexOf('/') + 1);
  for (const { location, offset, length } of references) {
    const path = folder + location;
    const size = sizes.get(path);
    if (size === undefined) throw bad(`leads to ${quoted(path)}, which is no artifact of this version. Add it`);
    if (offset + (length ?? 0) > size) throw bad(`reads beyond the end of ${quoted(path)}, which has ${size} bytes`);
  }
}

function safeLocation(location: string): string {
  const parts = location.split('/');
  if (location === '') throw bad('has no location');
  if (location.length > 500) throw bad('has a location of more than 500 characters');
  if (
    /[\p{Cc}\p{Cf}\uFFFD\\:]/u.test(location) ||
    parts.some((part) => part === '' || part === '.' || part === '..' || part.trim() !== part)
  )
    throw bad(`has the location ${quoted(location)}, which is not a path beside the model. Write one like "weights.bin"`);
  return location;
}

function count(what: string, written: string): number {
  if (!/^\d{1,15}$/.test(written)) throw bad(`has the ${what} ${quoted(written)}, which is no number of bytes`);
  return Number(written);
}

const bad = (what: string): UnsafeModel => new UnsafeModel('EXTERNAL_DATA', `External data of a tensor ${what}.`);
