import type { Readable } from 'node:stream';
import type { Digest } from '../canonical.ts';

/** What was stored: the digest is the address. */
export interface StoredBlob {
  /** sha256 of the bytes. */
  readonly digest: Digest;
  readonly sizeBytes: number;
}

/** Bytes under their own digest. The same bytes are kept once; what lies there is replaced by nothing but the same bytes. */
export interface BlobStore {
  /**
   * Stores bytes, which become readable only when all of them have come. What their source throws is thrown on.
   * @throws Fault LIMIT_EXCEEDED beyond `bytesMax`, STORE_UNAVAILABLE
   */
  put(bytes: Buffer | Readable, bytesMax: number): Promise<StoredBlob>;
  /** Null when there is none. @throws Fault STORE_UNAVAILABLE, DEADLINE_EXCEEDED when `signal` fires */
  sizeOf(digest: Digest, signal: AbortSignal): Promise<number | null>;
  /** The bytes as they lie there, not checked. @throws Fault NOT_FOUND, STORE_UNAVAILABLE */
  open(digest: Digest): Promise<Readable>;
  /** Whether the stored bytes still have their digest; reads all of them. @throws Fault STORE_UNAVAILABLE, DEADLINE_EXCEEDED when `signal` fires */
  verify(digest: Digest, signal: AbortSignal): Promise<'INTACT' | 'CHANGED' | 'MISSING'>;
}
