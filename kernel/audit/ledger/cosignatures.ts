import type { Queryable, Tx } from '../../db/database.ts';
import { parseNote } from '../log/note.ts';
import type { VerifierKey } from '../log/noteKey.ts';
import { type Head, headOf } from './ledger.ts';

/** That a witness has seen the log at one size. */
export interface Cosignature {
  readonly epoch: number;
  readonly size: number;
  readonly witness: VerifierKey;
  /** What to add to the checkpoint's note, with its newline. */
  readonly line: string;
}

const named = ({ name, id }: Pick<VerifierKey, 'name' | 'id'>): string => `${name}+${id}`;

export async function addCosignature(tx: Tx, { epoch, size, witness, line }: Cosignature): Promise<void> {
  await tx.query(
    `insert into kernel.log_cosignature (epoch, size, witness, line, recorded_at) values ($1, $2, $3, $4, $5) on conflict do nothing`,
    [epoch, size, named(witness), line, tx.now],
    'log_add_cosignature',
  );
}

/** The largest size that a witness has cosigned; 0 when it has cosigned none that we know of. */
export async function cosignedSize(db: Queryable, epoch: number, witness: VerifierKey): Promise<number> {
  const [row] = await db.query<{ size: string }>(
    'select size from kernel.log_cosignature where epoch = $1 and witness = $2 order by size desc limit 1',
    [epoch, named(witness)],
    'log_cosigned_size',
  );
  return Number(row?.size ?? 0);
}

/** A checkpoint with the signatures of all witnesses that it has. */
export async function withCosignatures(db: Queryable, head: Head): Promise<Head> {
  const rows = await db.query<{ line: string }>(
    'select line from kernel.log_cosignature where epoch = $1 and size = $2 order by witness limit 32',
    [head.epoch, head.size],
    'log_cosignatures',
  );
  return { ...head, note: head.note + rows.map(({ line }) => line).join('') };
}

/** The newest checkpoint that a witness has cosigned, with its signatures; null when there is none. */
export async function newestCosigned(db: Queryable, epoch: number): Promise<Head | null> {
  const [row] = await db.query<{ size: string }>(
    'select size from kernel.log_cosignature where epoch = $1 order by size desc limit 1',
    [epoch],
    'log_newest_cosigned',
  );
  const head = row === undefined ? null : await headOf(db, epoch, Number(row.size));
  return head === null ? null : withCosignatures(db, head);
}

/** Names of those who signed a checkpoint beside its log. */
export const witnessesOf = (note: string, origin: string): readonly string[] => [
  ...new Set(
    parseNote(note)
      .signatures.map(({ name }) => name)
      .filter((name) => name !== origin),
  ),
];
