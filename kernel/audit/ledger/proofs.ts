import type { Queryable } from '../../db/database.ts';
import { inclusionProof } from '../log/inclusion.ts';
import { consistencyProof } from '../log/consistency.ts';
import { type Head, headOf, tileReader } from './ledger.ts';

/** RFC 6962: that an event is in the tree of a checkpoint. */
export interface Proof {
  readonly epoch: number;
  readonly leafIndex: number;
  readonly treeSize: number;
  /** From the leaf's sibling up to the root's child, 32 bytes each. */
  readonly hashes: readonly Buffer[];
}

/** Proofs of events under the newest checkpoint of their logs, by the event's sequence; none for one that still waits. */
export async function proofsOf(db: Queryable, seqs: readonly string[]): Promise<ReadonlyMap<string, Proof>> {
  const places = await placesOf(db, seqs);
  const heads = await headsOf(
    db,
    places.map(({ epoch }) => epoch),
  );
  const proofs = await Promise.all(
    places.map(async ({ seq, epoch, leafIndex }) => {
      const treeSize = heads.get(epoch)?.size ?? 0;
      if (leafIndex >= treeSize) return null;
      const hashes = await inclusionProof(tileReader(db, epoch, treeSize), leafIndex, treeSize);
      return [seq, { epoch, leafIndex, treeSize, hashes }] as const;
    }),
  );
  return new Map(proofs.filter((proof) => proof !== null));
}

/** That a log of one size is the beginning of the same log at a later size. */
export const consistencyOf = (db: Queryable, epoch: number, earlier: number, later: number): Promise<readonly Buffer[]> =>
  consistencyProof(tileReader(db, epoch, later), earlier, later);

interface Place {
  readonly seq: string;
  readonly epoch: number;
  readonly leafIndex: number;
}

async function placesOf(db: Queryable, seqs: readonly string[]): Promise<readonly Place[]> {
  const rows = await db.query<{ seq: string; epoch: number; leaf_index: string }>(
    'select event_seq as seq, epoch, leaf_index from kernel.log_entry where event_seq = any($1::bigint[])',
    [seqs],
    'log_places',
  );
  return rows.map(({ seq, epoch, leaf_index }) => ({ seq, epoch, leafIndex: Number(leaf_index) }));
}

async function headsOf(db: Queryable, epochs: readonly number[]): Promise<ReadonlyMap<number, Head>> {
  const heads = await Promise.all([...new Set(epochs)].map((epoch) => headOf(db, epoch)));
  return new Map(heads.flatMap((head) => (head === null ? [] : [[head.epoch, head]])));
}
