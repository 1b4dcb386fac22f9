import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import { filesConnector, openFilesEngine } from '../../connectors/duckdb/files/connector.ts';
import { connectorContract } from './connector.ts';
import type { Oddities, PreparedSource } from './preparedSource.ts';

connectorContract('file folder', prepareFiles);

const TRICKY = [
  'we"ird.csv',
  'a.b.c.csv',
  'two\nlines.csv',
  'plant 🪴.csv',
  'MixedCase.CSV',
  "it's.csv",
  'pat[a-b]*?.csv',
  `${'n'.repeat(251)}.csv`,
];

async function prepareFiles(): Promise<PreparedSource> {
  const folder = await mkdtemp(join(tmpdir(), 'cadastre-files-'));
  const lake = join(folder, 'lake');
  const signal = AbortSignal.timeout(120_000);
  const open = (files: string) => filesConnector.open({ files }, signal);
  await writeFile(join(folder, 'notes.txt'), 'not data');
  return {
    open: () => open(lake),
    createOddities: () => createOddities(lake),
    grow: async (tables) => {
      for (let n = 0; n < tables; n += 1) await writeFile(join(lake, `grown_${n}.csv`), 'id,a\n1,2\n');
    },
    queryCount: null,
    write: async () => {
      const engine = await openFilesEngine(lake);
      try {
        return await engine.rows({ sql: `copy (select 1 as a) to '${lake}/intruder.csv'`, row: z.unknown() }, [], signal);
      } finally {
        engine.close();
      }
    },
    refusals: {
      'no such folder': () => open(join(folder, 'missing')),
      'no data file': () => open(join(folder, 'notes.txt')),
    },
    secrets: [],
    breakScope: null,
    dispose: () => rm(folder, { recursive: true }),
  };
}

async function createOddities(lake: string): Promise<Oddities> {
  const inner = join(lake, 'attic', 'old');
  await mkdir(inner, { recursive: true });
  for (const name of TRICKY) await writeFile(join(inner, name), 'id,name\n1,fern\n');
  const header = Array.from({ length: 1200 }, (_, n) => `c${n}`).join(',');
  await writeFile(join(lake, 'wide.csv'), `${header}\n${header.replaceAll('c', '')}\n`);
  await writeFile(join(lake, 'doomed.csv'), 'a,b\n1,2\n');
  return {
    names: TRICKY.map((name) => [lake, 'attic/old', name]),
    wide: { path: [lake, 'wide.csv'], columns: 1200 },
    emptyScope: null,
    view: null,
    brokenView: null,
    comments: null,
    primaryKey: null,
    uniqueKey: null,
    foreignKey: null,
    check: null,
    index: null,
    defaultValue: null,
    generated: null,
    doomed: { path: [lake, 'doomed.csv'], drop: () => rm(join(lake, 'doomed.csv')) },
  };
}
