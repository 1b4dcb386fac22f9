import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Digest } from '../canonical.ts';

const DIGEST = /^sha256:([0-9a-f]{64})$/;

/** The part of a digest that may become part of a path or address; null for whatever else came in its place. */
export const digestHex = (digest: Digest): string | null => DIGEST.exec(digest)?.[1] ?? null;

export const digestOfHex = (hex: string): Digest => `sha256:${hex}` as Digest;

/** Reads everything. */
export async function digestOfStream(bytes: Readable, signal: AbortSignal): Promise<Digest> {
  const hash = createHash('sha256');
  await pipeline(bytes, hash, { signal });
  return digestOfHex(hash.digest('hex'));
}
