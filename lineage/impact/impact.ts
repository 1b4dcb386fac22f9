import { ownerKey } from '../dbt/owners.ts';
import type { DbtOwner } from '../dbt/project.ts';
import type { Broken } from './broken.ts';
import { type Change, isHarmless } from './change.ts';

/** What a change does, for those who have to be asked. */
export interface Impact {
  readonly changes: readonly Change[];
  readonly broken: readonly Broken[];
  readonly byOwner: readonly OwnerImpact[];
  /** True when something breaks, or when something is taken away and nobody knows who reads it. */
  readonly breaking: boolean;
}

export interface OwnerImpact {
  /** Null for what nobody owns. */
  readonly owner: DbtOwner | null;
  readonly broken: readonly Broken[];
}

/** `broken` is null when there is no project in which readers could be found. */
export function impactOf(changes: readonly Change[], broken: readonly Broken[] | null): Impact {
  const breaking = broken === null ? changes.some((change) => !isHarmless(change)) : broken.length > 0;
  return { changes, broken: broken ?? [], byOwner: groupedByOwner(broken ?? []), breaking };
}

/** Owners with the most to do first; nobody last. What two own is in both groups. */
function groupedByOwner(broken: readonly Broken[]): readonly OwnerImpact[] {
  const groups = new Map<string, { readonly owner: DbtOwner | null; readonly broken: Broken[] }>();
  for (const asset of broken) {
    for (const owner of asset.owners.length === 0 ? [null] : asset.owners) {
      const key = owner === null ? '' : ownerKey(owner);
      const group = groups.get(key) ?? { owner, broken: [] };
      groups.set(key, group);
      group.broken.push(asset);
    }
  }
  return [...groups.values()].sort(
    (a, b) => Number(a.owner === null) - Number(b.owner === null) || b.broken.length - a.broken.length,
  );
}
