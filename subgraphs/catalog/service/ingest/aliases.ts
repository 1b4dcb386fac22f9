import type { Tx } from '../../../../kernel/db/database.ts';
import { type Named, namedKey } from '../../../../lineage/openlineage/statement.ts';
import { standsFor } from '../../../../lineage/openlineage/symlinks.ts';
import type { No } from '../../domain/asset.ts';
import { absorbableAmong } from '../../store/ingestDatasets.ts';
import { recordSymlinks, type Symlink, symlinksAround, writeAliases } from '../../store/ingestAliases.ts';
import { findDatasets, type FoundDataset } from '../../store/lineageEnds.ts';
import { meetDatasets } from './meet.ts';
import { writtenNames } from './names.ts';

/** A dataset that turned out to be another one under a name of its own. */
export interface Absorbed {
  readonly from: No;
  readonly into: No;
}

/**
 * Takes down which names mean one dataset, and makes aliases of them.
 * @param made takes the numbers of datasets that nobody had heard of
 * @returns datasets that only events had made, and that are known to be others now
 */
export async function settleAliases(tx: Tx, symlinks: readonly Symlink[], made: Set<No>): Promise<readonly Absorbed[]> {
  if (symlinks.length === 0) return [];
  const said = await atHome(tx, symlinks);
  await recordSymlinks(tx, said);
  const around = await symlinksAround(
    tx,
    said.map(({ dataset }) => dataset),
  );
  const written = await writtenNames(
    tx,
    around.flatMap(({ dataset, alias }) => [dataset, alias]),
  );
  const found = new Map((await findDatasets(tx, written)).map((dataset) => [namedKey(dataset), dataset]));
  const mains = standsFor(around, (name) => found.get(namedKey(name))?.isCrawled === true);
  const met = await meetDatasets(tx, [...mains.values()], 'OWN', made);
  const numberOf = (main: Named | undefined): No | null => (main === undefined ? null : (met.get(namedKey(main))?.no ?? null));
  const rows = written.map((name) => ({ ...name, no: numberOf(mains.get(namedKey(name))) }));
  await writeAliases(tx, rows);
  const losing = rows.flatMap(({ no, ...name }) => absorbed(found.get(namedKey(name)), no));
  const absorbable = await absorbableAmong(
    tx,
    losing.map(({ from }) => from),
  );
  return losing.filter(({ from }) => absorbable.has(from));
}

const absorbed = (own: FoundDataset | undefined, into: No | null): readonly Absorbed[] =>
  own === undefined || own.isCrawled || into === null || own.no === into ? [] : [{ from: own.no, into }];

/** Symlinks between the names that datasets have where they belong. What is one name there is no symlink. */
async function atHome(tx: Tx, symlinks: readonly Symlink[]): Promise<readonly Symlink[]> {
  const written = await writtenNames(
    tx,
    symlinks.flatMap(({ dataset, alias }) => [dataset, alias]),
  );
  const homes = new Map(written.map((name) => [namedKey(name), { namespace: name.home, name: name.name }]));
  return symlinks
    .map(({ dataset, alias }) => ({
      dataset: homes.get(namedKey(dataset)) ?? dataset,
      alias: homes.get(namedKey(alias)) ?? alias,
    }))
    .filter(({ dataset, alias }) => namedKey(dataset) !== namedKey(alias));
}
