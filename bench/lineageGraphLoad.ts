import { spawnSync } from 'node:child_process';
import { originOf } from '../kernel/audit/record.ts';
import type { Database } from '../kernel/db/database.ts';
import { internalRequest } from '../kernel/identity/internal.ts';
import { decide } from '../kernel/policy/decision.ts';
import { recordEvidence } from '../subgraphs/catalog/service/lineage/recordEvidence.ts';
import type { TestCatalog } from '../test/support/catalog.ts';
import { container, table, type Script } from '../test/support/scriptedConnector.ts';
import type { Warehouse } from './lineageGraphModel.ts';

const PIECES = 100;
/** What the loaded warehouse is made of; the same rows are copied as the baseline. */
const TABLES = ['catalog.asset', 'catalog.asset_column', 'catalog.lineage_edge'];

/** The warehouse as a source that a crawl lists; records are made when their scope's turn comes. */
export function scriptOf(warehouse: Warehouse): Script {
  const schemas = warehouse.schemas();
  const around = [container(warehouse.database), ...schemas.map((schema) => container(warehouse.database, schema))];
  return {
    scopes: [
      { scope: [], records: around },
      ...schemas.map((schema) => ({
        scope: [warehouse.database, schema],
        get records() {
          return warehouse.members(schema).map((i) => table(warehouse.path(i), warehouse.columns));
        },
      })),
    ],
  };
}

export async function crawlWarehouse(catalog: TestCatalog, warehouse: Warehouse): Promise<void> {
  await catalog.addSource('bench', `script://${warehouse.script}`);
  const { state, counts } = await catalog.crawl('bench');
  if (state !== 'SUCCEEDED' || counts.added < warehouse.datasets)
    throw new Error(`The crawl ended ${state}: ${JSON.stringify(counts)}`);
}

/** States the evidence of derived datasets, many pieces a transaction. */
export async function stateEvidence(
  db: Database,
  warehouse: Warehouse,
  derived: readonly number[],
  confidence = 1,
): Promise<void> {
  const origin = originOf(internalRequest('bench'), decide(internalRequest('bench'), 'catalog.curate'));
  for (let from = 0; from < derived.length; from += PIECES) {
    const pieces = derived.slice(from, from + PIECES).map((i) => warehouse.evidence(i, confidence));
    await db.transaction((tx) => recordEvidence(tx, origin, pieces));
  }
}

/**
 * The baseline: the same rows of the main tables into tables with the same indexes, by COPY from one psql to another; without a
 * server or psql by INSERT from SELECT.
 * @returns which of the two it was
 */
export async function copyRows(db: Database, url: string | undefined): Promise<'COPY' | 'INSERT'> {
  await db.query('drop schema if exists bench_copy cascade');
  await db.query('create schema bench_copy');
  let way: 'COPY' | 'INSERT' = 'COPY';
  for (const name of TABLES) {
    const copy = name.replace('catalog.', 'bench_copy.');
    await db.query(`create table ${copy} (like ${name} including all)`);
    if (url !== undefined && way === 'COPY' && hasPiped(url, name, copy)) continue;
    way = 'INSERT';
    await db.query(`insert into ${copy} overriding system value select * from ${name}`);
  }
  await db.query('drop schema bench_copy cascade');
  return way;
}

function hasPiped(url: string, from: string, to: string): boolean {
  const copy = (text: string): string => `psql "$0" -qXc "copy ${text} (format binary)"`;
  return spawnSync('sh', ['-c', `${copy(`${from} to stdout`)} | ${copy(`${to} from stdin`)}`, url]).status === 0;
}
