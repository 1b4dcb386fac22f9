import { canonicalize, identifierRule } from '../../../../kernel/identifier.ts';
import type { Queryable } from '../../../../kernel/db/database.ts';
import { type Named, namedKey } from '../../../../lineage/openlineage/statement.ts';
import { aliasesOf } from '../../store/ingestAliases.ts';
import { type WrittenName } from '../../store/lineageEnds.ts';
import { platformsOf } from '../../store/names.ts';

/** The platform of each namespace: that of its assets, or what the namespace calls itself. */
export async function platformsOfNames(db: Queryable, names: readonly Named[]): Promise<(namespace: string) => string> {
  const platforms = await platformsOf(db, [...new Set(names.map(({ namespace }) => namespace))]);
  return (namespace) => platforms.get(namespace) ?? schemeOf(namespace);
}

/** Names in the form in which stores look for them, each once. */
export async function writtenNames(db: Queryable, names: readonly Named[]): Promise<readonly WrittenName[]> {
  const platformOf = await platformsOfNames(db, names);
  const distinct = new Map(names.map((name) => [namedKey(name), name]));
  return [...distinct.values()].map(({ namespace, name }) => ({
    namespace,
    name,
    canonical: canonicalize(identifierRule(platformOf(namespace)), name),
  }));
}

/** `postgres://db:5432` says what it is; a bare `bigquery` too. */
const schemeOf = (namespace: string): string => /^([a-z0-9]+)(?=:\/\/|$)/.exec(namespace)?.[1] ?? 'unknown';

/** By which name each dataset goes here: its own, unless it is an alias of another. */
export async function currentNames(db: Queryable, names: readonly Named[]): Promise<(name: Named) => Named> {
  if (names.length === 0) return (name) => name;
  const aliases = await aliasesOf(db, await writtenNames(db, names));
  const byKey = new Map(aliases.map((alias) => [namedKey(alias), alias.target]));
  return ({ namespace, name }) => byKey.get(namedKey({ namespace, name })) ?? { namespace, name };
}
