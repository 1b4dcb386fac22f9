import type { DbtOwner } from '../dbt/project.ts';
import type { Change } from './change.ts';

/** What becomes of whoever reads what changed, the worst first. */
export const EFFECTS = {
  FAILS: 'It names what is gone: it cannot be built, run or shown.',
  LOSES_COLUMN: 'It takes all columns as they come, and one comes no more.',
  AT_RISK: 'It reads what changed; nobody can tell from here whether it minds.',
  SKIPPED: 'It waits for something that fails.',
} as const;
export type Effect = keyof typeof EFFECTS;

/** How sure it is that something reads what changed. */
export type Certainty = 'LINEAGE' | 'DECLARED' | 'MENTIONED';

export interface Broken {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly owners: readonly DbtOwner[];
  readonly effect: Effect;
  readonly certainty: Certainty;
  /** What it is that reaches it: a column, or the whole of a dataset. */
  readonly what: string;
  /** The change that all of it comes from. */
  readonly cause: Change;
  /** Steps from the change: 1 reads what changed itself. */
  readonly distance: number;
}

const ORDER: readonly string[] = Object.keys(EFFECTS);

/** Each asset once, with the worst that happens to it by the shortest way. */
export class BrokenAssets {
  readonly #byId = new Map<string, Broken>();

  /** Whether this is news. */
  add(broken: Broken): boolean {
    const before = this.#byId.get(broken.id);
    if (before !== undefined && !isWorse(broken, before)) return false;
    this.#byId.set(broken.id, broken);
    return true;
  }

  list(): readonly Broken[] {
    return [...this.#byId.values()].sort(
      (a, b) => ORDER.indexOf(a.effect) - ORDER.indexOf(b.effect) || a.distance - b.distance || (a.id < b.id ? -1 : 1),
    );
  }
}

const isWorse = (a: Broken, b: Broken): boolean => {
  const [at, than] = [ORDER.indexOf(a.effect), ORDER.indexOf(b.effect)];
  return at < than || (at === than && a.distance < b.distance);
};
