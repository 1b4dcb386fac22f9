import { rm } from 'node:fs/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import type { DuckDBConnection } from '@duckdb/node-api';
import { latent } from './latent.ts';
import { existsAt } from './piece.ts';
import type { Piece, PieceState } from './piece.ts';
import { LAST_STAGE } from './stages.ts';
import { SAMPLE_PIECES } from './warehouse.ts';

/**
 * Writes the sample warehouse as it was at one stage into a new DuckDB file; what lies at the path is replaced.
 * The same stage always gives the same tables, comments and rows.
 */
export async function buildSampleWarehouse(
  path: string,
  { stage = LAST_STAGE }: { readonly stage?: number } = {},
): Promise<void> {
  await rm(path, { force: true });
  await rm(`${path}.wal`, { force: true });
  const instance = await DuckDBInstance.create(path, { threads: '2' });
  try {
    const connection = await instance.connect();
    await connection.run('begin');
    await connection.run(latent(stage));
    for (const schema of ['raw', 'staging', 'mart', ...(stage >= 1 ? ['ml'] : [])])
      await connection.run(`create schema ${schema}`);
    for (const piece of SAMPLE_PIECES.filter((each) => existsAt(each, stage))) await build(connection, piece, piece.at(stage));
    await connection.run('commit');
    connection.closeSync();
  } finally {
    instance.closeSync();
  }
}

async function build(connection: DuckDBConnection, piece: Piece, state: PieceState): Promise<void> {
  await connection.run(state.sql);
  if (state.rows !== undefined) await connection.run(state.rows);
  const kind = state.rows === undefined ? 'view' : 'table';
  const comments = Object.entries(state.columns).map(
    ([column, text]) => `comment on column ${piece.name}.${column} is ${literal(text)}`,
  );
  if (state.about !== null) comments.unshift(`comment on ${kind} ${piece.name} is ${literal(state.about)}`);
  for (const comment of comments) await connection.run(comment);
}

const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;
