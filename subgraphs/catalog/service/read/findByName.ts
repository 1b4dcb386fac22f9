import DataLoader from 'dataloader';
import type { Queryable } from '../../../../kernel/db/database.ts';
import { canonicalize, canonicalPart, identifierRule, type IdentifierRule } from '../../../../kernel/identifier.ts';
import { makeUrn, type UrnParts } from '../../../../kernel/urn.ts';
import type { No } from '../../domain/asset.ts';
import { assetNumbers, columnNumbers, platformsOf } from '../../store/names.ts';

/** What a URN names; `column` is null for URNs of assets. */
interface Named {
  readonly no: No;
  readonly column: No | null;
}

/**
 * Finds the numbers behind any spelling of a URN; names stay for ever, so the moment does not matter. What is asked for at
 * once is found by one statement each for platforms, assets and columns.
 */
export const findByName = (db: Queryable): DataLoader<UrnParts, Named | null, string> =>
  new DataLoader<UrnParts, Named | null, string>((urns) => findAll(db, urns), { cacheKeyFn: makeUrn, maxBatchSize: 1_000 });

async function findAll(db: Queryable, urns: readonly UrnParts[]): Promise<readonly (Named | null)[]> {
  const platforms = await platformsOf(db, [...new Set(urns.map(({ namespace }) => namespace))]);
  const ruleOf = ({ namespace }: UrnParts): IdentifierRule => identifierRule(platforms.get(namespace) ?? '');
  const assets = await assetNumbers(
    db,
    urns.map((urn) => ({
      kind: urn.kind === 'container' ? 'container' : 'dataset',
      namespace: urn.namespace,
      name: urn.name,
      canonical: canonicalize(ruleOf(urn), urn.name),
    })),
  );
  const wanted = urns.flatMap((urn, place) => {
    const [no, rule] = [assets.get(place), ruleOf(urn)];
    if (no === undefined || urn.column === null) return [];
    const { column: name } = urn;
    return [{ place, datasetNo: no, name, exact: canonicalPart(rule, name), canonical: canonicalize(rule, name) }];
  });
  const found = wanted.length === 0 ? new Map<number, No>() : await columnNumbers(db, wanted);
  const columns = new Map(wanted.map(({ place }, i) => [place, found.get(i)]));
  return urns.map(({ kind, column: written }, place) => {
    const [no, column] = [assets.get(place), columns.get(place)];
    if (kind === 'source' || no === undefined || (written !== null && column === undefined)) return null;
    return { no, column: column ?? null };
  });
}
