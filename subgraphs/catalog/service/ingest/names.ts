import { canonicalize, identifierRule } from '../../../../kernel/identifier.ts';
import type { Queryable } from '../../../../kernel/db/database.ts';
import { type Named, namedKey } from '../../../../lineage/openlineage/statement.ts';
import type { WrittenName } from '../../store/lineageEnds.ts';
import { homesOf } from '../../store/names.ts';

/** A written name with where it belongs, and by which platform's rules it is read there. */
export interface PlacedName extends WrittenName {
  readonly home: string;
  readonly platform: string;
}

/** Names in the form in which stores look for them, each once. */
export async function writtenNames(db: Queryable, names: readonly Named[]): Promise<readonly PlacedName[]> {
  const homes = await homesOf(db, [...new Set(names.map(({ namespace }) => namespace))]);
  const distinct = new Map(names.map((name) => [namedKey(name), name]));
  return [...distinct.values()].map(({ namespace, name }) => {
    const home = homes.get(namespace)?.namespace ?? namespace;
    const platform = homes.get(namespace)?.platform ?? schemeOf(home);
    return { namespace, name, home, platform, canonical: canonicalize(identifierRule(platform), name) };
  });
}

/** `postgres://db:5432` says what it is; a bare `bigquery` too. */
const schemeOf = (namespace: string): string => /^([a-z0-9]+)(?=:\/\/|$)/.exec(namespace)?.[1] ?? 'unknown';
