import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { type Named, namedKey } from '../../../../lineage/openlineage/statement.ts';
import { standsFor } from '../../../../lineage/openlineage/symlinks.ts';
import type { No } from '../../domain/asset.ts';
import { recordSymlinks, type Symlink, symlinksAround, writeAliases } from '../../store/ingestAliases.ts';
import { findDatasets, type FoundDataset } from '../../store/lineageEnds.ts';
import { resolveEnds } from '../lineage/resolveEnds.ts';
import { writtenNames } from './names.ts';

/** A dataset that turned out to be another one under a name of its own. */
export interface Absorbed {
  readonly from: No;
  readonly into: No;
}

/**
 * Takes down which names mean one dataset, and makes aliases of them.
 * @returns datasets that only events had made, and that are known to be others now
 */
export async function settleAliases(tx: Tx, origin: Origin, symlinks: readonly Symlink[]): Promise<readonly Absorbed[]> {
  if (symlinks.length === 0) return [];
  await recordSymlinks(tx, symlinks);
  const around = await symlinksAround(
    tx,
    symlinks.map(({ dataset }) => dataset),
  );
  const written = await writtenNames(
    tx,
    around.flatMap(({ dataset, alias }) => [dataset, alias]),
  );
  const found = new Map((await findDatasets(tx, written)).map((dataset) => [namedKey(dataset), dataset]));
  const mains = standsFor(around, (name) => found.get(namedKey(name))?.isCrawled === true);
  const numbers = await resolveEnds(
    tx,
    origin,
    [...mains.values()].map((main) => ({ ...main, column: null })),
  );
  const numberOf = (main: Named | undefined): No | null =>
    main === undefined ? null : numbers.numberOf({ namespace: main.namespace, name: main.name, column: null });
  const rows = written.map((name) => ({ ...name, no: numberOf(mains.get(namedKey(name))) }));
  await writeAliases(tx, rows);
  return rows.flatMap(({ no, ...name }) => absorbed(found.get(namedKey(name)), no));
}

const absorbed = (own: FoundDataset | undefined, into: No | null): readonly Absorbed[] =>
  own === undefined || own.isCrawled || into === null || own.no === into ? [] : [{ from: own.no, into }];
