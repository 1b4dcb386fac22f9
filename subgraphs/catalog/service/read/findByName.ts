import DataLoader from 'dataloader';
import type { Queryable } from '../../../../kernel/db/database.ts';
import { canonicalize, identifierRule } from '../../../../kernel/identifier.ts';
import type { Instant } from '../../../../kernel/time.ts';
import { makeUrn, type UrnParts } from '../../../../kernel/urn.ts';
import type { No } from '../../domain/asset.ts';
import { aliveAt } from '../../store/mergeTargets.ts';
import { findAssets, findColumns, type FoundAsset, homesOf, type WrittenAsset } from '../../store/names.ts';
import { writtenColumn } from '../names/writtenColumn.ts';

/** What a URN names; `column` is null for URNs of assets. */
interface Named {
  readonly no: No;
  readonly column: No | null;
}

/**
 * Finds the numbers behind any spelling of a URN. What is asked for at once is found by one statement each for namespaces,
 * assets and columns. Names stay for ever, so the moment matters only for what is called by another name since: at a moment, an
 * asset that went by its own name then goes before what that name means now.
 * @param at the moment to look at; null for now
 */
export const findByName = (db: Queryable, at: Instant | null = null): DataLoader<UrnParts, Named | null, string> =>
  new DataLoader<UrnParts, Named | null, string>((urns) => findAll(db, at, urns), { cacheKeyFn: makeUrn, maxBatchSize: 1_000 });

async function findAll(db: Queryable, at: Instant | null, urns: readonly UrnParts[]): Promise<readonly (Named | null)[]> {
  const assets = await assetsOf(db, at, urns);
  const wanted = urns.flatMap(({ column }, place) => {
    const asset = assets.get(place);
    return asset === undefined || column === null ? [] : [{ place, ...writtenColumn(asset, column) }];
  });
  const found = await findColumns(db, wanted, 'EVER');
  const columns = new Map(wanted.map(({ place }, i) => [place, found.get(i)?.no]));
  return urns.map(({ kind, column: written }, place) => {
    const [asset, column] = [assets.get(place), columns.get(place)];
    if (kind === 'source' || asset === undefined || (written !== null && column === undefined)) return null;
    return { no: asset.no, column: column ?? null };
  });
}

async function assetsOf(db: Queryable, at: Instant | null, urns: readonly UrnParts[]): Promise<ReadonlyMap<number, FoundAsset>> {
  const homes = await homesOf(db, [...new Set(urns.map(({ namespace }) => namespace))]);
  const writtenIn = (home: (namespace: string) => string): readonly WrittenAsset[] =>
    urns.map(({ kind, namespace, name }) => ({
      kind: kind === 'container' || kind === 'dashboard' ? kind : 'dataset',
      namespace: home(namespace),
      name,
      canonical: canonicalize(identifierRule(homes.get(namespace)?.platform ?? ''), name),
    }));
  const now = await findAssets(
    db,
    writtenIn((namespace) => homes.get(namespace)?.namespace ?? namespace),
  );
  if (at === null) return now;
  const own = await findAssets(
    db,
    writtenIn((namespace) => namespace),
    'OWN',
  );
  const alive = await aliveAt(
    db,
    [...own.values()].map(({ no }) => no),
    at,
  );
  return new Map([...now, ...[...own].filter(([, { no }]) => alive.has(no))]);
}
