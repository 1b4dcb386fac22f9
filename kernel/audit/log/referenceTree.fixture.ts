import { createHash } from 'node:crypto';
import type { HashReader } from './hashReader.ts';
import type { TreeNode } from './node.ts';

/** RFC 6962 as it is written there: recursive, slow, over all leaves. What everything else is compared with. */
const sha256 = (...parts: readonly Uint8Array[]): Buffer => {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest();
};

export const referenceLeaf = (entry: Uint8Array): Buffer => sha256(Buffer.from([0]), entry);

export function referenceRoot(entries: readonly Uint8Array[]): Buffer {
  const [first] = entries;
  if (first === undefined) return sha256();
  if (entries.length === 1) return referenceLeaf(first);
  const k = split(entries.length);
  return sha256(Buffer.from([1]), referenceRoot(entries.slice(0, k)), referenceRoot(entries.slice(k)));
}

export function referencePath(m: number, entries: readonly Uint8Array[]): readonly Buffer[] {
  if (entries.length <= 1) return [];
  const k = split(entries.length);
  return m < k
    ? [...referencePath(m, entries.slice(0, k)), referenceRoot(entries.slice(k))]
    : [...referencePath(m - k, entries.slice(k)), referenceRoot(entries.slice(0, k))];
}

export const referenceProof = (m: number, entries: readonly Uint8Array[]): readonly Buffer[] => subproof(m, entries, true);

function subproof(m: number, entries: readonly Uint8Array[], isKnown: boolean): readonly Buffer[] {
  if (m === entries.length) return isKnown ? [] : [referenceRoot(entries)];
  const k = split(entries.length);
  return m <= k
    ? [...subproof(m, entries.slice(0, k), isKnown), referenceRoot(entries.slice(k))]
    : [...subproof(m - k, entries.slice(k), false), referenceRoot(entries.slice(0, k))];
}

function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** Hashes straight from the entries, without tiles. */
export const referenceReader = (entries: readonly Uint8Array[]): HashReader => ({
  read: (nodes: readonly TreeNode[]) =>
    Promise.resolve(
      nodes.map(({ level, index }) => {
        const [start, end] = [index * 2 ** level, (index + 1) * 2 ** level];
        if (end > entries.length) throw new RangeError('This subtree is not complete.');
        return referenceRoot(entries.slice(start, end));
      }),
    ),
});

export const numberedEntries = (count: number): readonly Buffer[] =>
  Array.from({ length: count }, (_, at) => Buffer.from(`entry ${at}`));
