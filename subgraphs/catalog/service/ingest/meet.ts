import type { Tx } from '../../../../kernel/db/database.ts';
import { splitName } from '../../../../kernel/identifier.ts';
import { newId } from '../../../../kernel/ids.ts';
import { toMs } from '../../../../kernel/time.ts';
import { type Named, namedKey } from '../../../../lineage/openlineage/statement.ts';
import type { No } from '../../domain/asset.ts';
import { NO_FACTS } from '../../domain/native.ts';
import { findDatasets, type FoundDataset } from '../../store/lineageEnds.ts';
import { insertUncrawled } from '../../store/uncrawledAssets.ts';
import { taken, takeNumbers } from '../../store/writeAssets.ts';
import { type PlacedName, writtenNames } from './names.ts';

/**
 * Finds datasets by their names, and makes those that nobody has heard of. Nothing goes into history yet: an asset changes
 * once in a transaction, whatever is said of it.
 * @param way `OWN` leaves aliases out
 * @param made takes the numbers of new datasets
 */
export async function meetDatasets(
  tx: Tx,
  names: readonly Named[],
  way: 'OWN' | 'ALIASES',
  made: Set<No>,
): Promise<ReadonlyMap<string, FoundDataset>> {
  if (names.length === 0) return new Map();
  const written = await writtenNames(tx, names);
  const met = new Map((await findDatasets(tx, written, way)).map((found) => [namedKey(found), found]));
  const unknown = written.filter((name) => !met.has(namedKey(name)));
  if (unknown.length === 0) return met;
  // Two spellings may be one dataset.
  const distinct = new Map(unknown.map((name) => [placeKey(name), name]));
  const numbers = (await takeNumbers(tx, distinct.size)).values();
  const rows = new Map([...distinct].map(([key, name]) => [key, { ...name, no: taken(numbers) }]));
  await insertUncrawled(
    tx,
    [...rows.values()].map((row) => ({
      ...row,
      namespace: row.home,
      id: newId('asset', toMs(tx.now)),
      simple_name: splitName(row.name).at(-1)?.part ?? row.name,
      native: NO_FACTS,
    })),
  );
  for (const { no } of rows.values()) made.add(no);
  for (const name of unknown) {
    const row = rows.get(placeKey(name));
    if (row !== undefined) met.set(namedKey(name), { ...name, no: row.no, isCrawled: false });
  }
  return met;
}

const placeKey = ({ home, canonical }: PlacedName): string => JSON.stringify([home, canonical]);
