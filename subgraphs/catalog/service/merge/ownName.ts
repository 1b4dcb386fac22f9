import type { Queryable } from '../../../../kernel/db/database.ts';
import { canonicalize, identifierRule } from '../../../../kernel/identifier.ts';
import { parseUrn } from '../../../../kernel/urn.ts';
import type { No } from '../../domain/asset.ts';
import { findAssets, homesOf } from '../../store/names.ts';

/** The dataset that has this very name, whatever the name stands for by aliases and merges. */
export async function ownName(db: Queryable, urn: string): Promise<No | null> {
  const { namespace, name } = parseUrn(urn);
  const home = (await homesOf(db, [namespace])).get(namespace);
  const canonical = canonicalize(identifierRule(home?.platform ?? ''), name);
  const found = await findAssets(db, [{ kind: 'dataset', namespace, name, canonical }], 'OWN');
  return found.get(0)?.no ?? null;
}
