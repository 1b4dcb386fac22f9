import { malformed } from './logError.ts';
import { TILE_WIDTH } from './tile.ts';

/** What two bytes of length allow. An event is far smaller: people, values and free text stand in its detail, outside of the log. */
export const ENTRY_BYTES_MAX = 65_535;

const LENGTH_BYTES = 2;

/** C2SP tlog-tiles: up to 256 entries, each behind its length as a big-endian uint16. */
export function encodeEntries(entries: readonly Uint8Array[]): Buffer {
  if (entries.length === 0 || entries.length > TILE_WIDTH)
    throw new RangeError(`A bundle has 1 to 256 entries, not ${entries.length}.`);
  return Buffer.concat(
    entries.flatMap((entry) => {
      if (entry.length > ENTRY_BYTES_MAX)
        throw new RangeError(`An entry has at most ${ENTRY_BYTES_MAX} bytes, not ${entry.length}.`);
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    }),
  );
}

export function decodeEntries(bundle: Uint8Array): readonly Buffer[] {
  const bytes = Buffer.from(bundle.buffer, bundle.byteOffset, bundle.byteLength);
  const entries: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    if (entries.length === TILE_WIDTH) throw malformed('A bundle has more than 256 entries.');
    const start = at + LENGTH_BYTES;
    const end = start <= bytes.length ? start + bytes.readUInt16BE(at) : Infinity;
    if (end > bytes.length) throw malformed('A bundle of entries was cut off.');
    entries.push(bytes.subarray(start, end));
    at = end;
  }
  if (entries.length === 0) throw malformed('A bundle has at least one entry.');
  return entries;
}
