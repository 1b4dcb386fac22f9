import { canonicalize, canonicalPart, columnRule, identifierRule } from '../../../../kernel/identifier.ts';
import type { KnownColumn } from '../columnDiff.ts';

/** A column of what is merged with the one that it is in the target; null where the target has none of that name. */
export interface MatchedColumn {
  readonly column: KnownColumn;
  readonly target: KnownColumn | null;
}

/** Columns in service by their names, as the platform of the target reads them: the exact name first, then any spelling. */
export function matchColumns(
  columns: readonly KnownColumn[],
  targets: readonly KnownColumn[],
  platform: string,
): readonly MatchedColumn[] {
  const byName = new Map(targets.filter(({ state }) => state === 'present').map((target) => [target.canonical, target]));
  return columns
    .filter(({ state }) => state === 'present')
    .map((column) => {
      const exact = byName.get(canonicalPart(identifierRule(platform), column.name));
      return { column, target: exact ?? byName.get(canonicalize(columnRule(platform), column.name)) ?? null };
    });
}
