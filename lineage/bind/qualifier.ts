import type { DialectRules } from '../dialect/rules.ts';
import type { Name } from '../ir/ir.ts';
import type { BoundSource } from './bind.ts';

/** The source that a qualifier speaks of: by alias, by name, or by as many parts of its full name as are given. */
export function sourceNamed(
  rules: DialectRules,
  sources: readonly BoundSource[],
  qualifier: readonly Name[],
): BoundSource | null {
  const wanted = qualifier
    .flatMap((name) => (name.quoted && rules.dotsInQuotedNames ? name.text.split('.') : [name.text]))
    .map(lower);
  const single = wanted.length === 1 ? wanted[0] : undefined;
  if (single !== undefined) {
    const aliased = sources.find((source) => source.alias !== null && lower(source.alias) === single);
    if (aliased !== undefined) return aliased;
  }
  return sources.find((source) => source.table !== null && endsWith(source.table.parts.map(lower), wanted)) ?? null;
}

const lower = (text: string): string => text.toLowerCase();

function endsWith(parts: readonly string[], ending: readonly string[]): boolean {
  const offset = parts.length - ending.length;
  return offset >= 0 && ending.every((part, at) => parts[offset + at] === part);
}
