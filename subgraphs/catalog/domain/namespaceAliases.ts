import { badInput } from '../../../kernel/fault.ts';

const ALIASES_MAX = 20;
const LENGTH_MAX = 500;
/** `postgres://db.example:5432`, `s3://bucket`, or a plain name such as `prod-warehouse`. */
const NAMESPACE = /^[A-Za-z0-9][A-Za-z0-9+._-]*(:\/\/[^\s\p{Cc}]*)?$/u;

/** The namespaces that a source goes by, too, each once. @throws Fault BAD_USER_INPUT */
export function readNamespaceAliases(written: readonly string[]): readonly string[] {
  const aliases = [...new Set(written.map((alias) => alias.trim()))];
  if (aliases.length > ALIASES_MAX) throw badInput(`namespaceAliases: at most ${ALIASES_MAX} a source.`);
  const wrong = aliases.find((alias) => alias.length > LENGTH_MAX || !NAMESPACE.test(alias));
  if (wrong === undefined) return aliases.toSorted();
  throw badInput(
    `"${wrong.slice(0, 100)}" is not an OpenLineage namespace. A right one looks like postgres://db.example:5432 or prod-warehouse.`,
  );
}
