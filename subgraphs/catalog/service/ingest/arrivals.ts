import type { No } from '../../domain/asset.ts';

/** What came into being in a transaction, to be written into history once at its end. */
export class Arrivals {
  readonly made = new Set<No>();
  /** Names of new columns by dataset. */
  readonly columns = new Map<No, readonly string[]>();

  grew(no: No, names: readonly string[]): void {
    if (names.length > 0) this.columns.set(no, [...(this.columns.get(no) ?? []), ...names]);
  }
}
