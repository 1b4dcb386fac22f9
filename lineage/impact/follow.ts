import type { DbtAssertion, DbtConsumer, DbtDataset, DbtOwner } from '../dbt/project.ts';
import { columnKey } from '../dbt/relation.ts';
import { type Broken, BrokenAssets, type Certainty, type Effect } from './broken.ts';
import { type Change, type ChangedDataset, isHarmless } from './change.ts';
import type { ReadProject } from './compareProjects.ts';
import { Readers } from './readers.ts';

/** Something that goes on from a dataset to whoever reads it. */
interface Wave {
  readonly kind: 'GONE' | 'FAILED' | 'RETYPED';
  readonly dataset: ChangedDataset;
  /** Null for the whole dataset. */
  readonly column: string | null;
  readonly cause: Change;
  readonly distance: number;
}

/** What breaks in a state of a project that has not taken all changes into account. */
export function follow(changes: readonly Change[], state: ReadProject): readonly Broken[] {
  const following = new Following(state);
  for (const change of changes) if (!isHarmless(change)) following.begin(change);
  return following.finish();
}

class Following {
  readonly #readers: Readers;
  readonly #state: ReadProject;
  readonly #broken = new BrokenAssets();
  readonly #seen = new Set<string>();
  readonly #open: Wave[] = [];

  constructor(state: ReadProject) {
    this.#state = state;
    this.#readers = new Readers(state);
  }

  begin(cause: Change): void {
    const kind = cause.kind === 'COLUMN_RETYPED' ? 'RETYPED' : 'GONE';
    const column = 'column' in cause ? cause.column : null;
    this.#open.push({ kind, dataset: cause.dataset, column, cause, distance: 0 });
  }

  finish(): readonly Broken[] {
    // First come, first served: what is near the change is told as near to it.
    for (let next = 0; next < this.#open.length; next++) {
      const wave = this.#open[next];
      if (wave === undefined || !this.#isNew(wave)) continue;
      if (wave.column === null) this.#spread(wave, wave.kind === 'GONE' ? 'FAILS' : 'SKIPPED');
      else this.#spreadColumn(wave, wave.column, wave.kind === 'GONE');
    }
    return this.#broken.list();
  }

  #isNew(wave: Wave): boolean {
    const column = wave.column === null ? null : columnKey(wave.column);
    const key = JSON.stringify([wave.kind, wave.dataset.id ?? wave.dataset.name, column]);
    if (this.#seen.has(key)) return false;
    this.#seen.add(key);
    return true;
  }

  /** A dataset that is gone takes along all that read it; one that fails makes them wait. */
  #spread(wave: Wave, effect: Effect): void {
    const ids = this.#readers.idsOf(wave.dataset);
    for (const reader of this.#readers.datasetsOf(wave.dataset)) this.#hitDataset(wave, reader, effect, 'DECLARED');
    this.#hitConsumers(wave, ids, effect, () => 'DECLARED');
    for (const assertion of this.#readers.assertionsOf(ids)) this.#hitAssertion(wave, assertion, effect);
  }

  #spreadColumn(wave: Wave, column: string, gone: boolean): void {
    const key = columnKey(column);
    for (const { dataset, names, into, certainty } of this.#readers.columnReadersOf(wave.dataset, column)) {
      const effect = !gone ? 'AT_RISK' : names ? 'FAILS' : 'LOSES_COLUMN';
      this.#hitDataset(wave, dataset, effect, certainty);
      const onward = effect === 'FAILS' ? [] : into.filter(({ unchanged }) => gone || unchanged);
      for (const { column: next } of onward) {
        this.#open.push({ ...wave, dataset, column: next, distance: wave.distance + 1 });
      }
    }
    const ids = this.#readers.idsOf(wave.dataset);
    this.#hitConsumers(wave, ids, gone ? 'FAILS' : 'AT_RISK', ({ uses }) =>
      uses === null ? 'DECLARED' : uses.has(key) ? 'MENTIONED' : null,
    );
    for (const assertion of this.#readers.assertionsOf(ids)) {
      if (asserts(assertion, ids, key, gone)) this.#hitAssertion(wave, assertion, gone ? 'FAILS' : 'AT_RISK');
    }
  }

  #hitDataset(wave: Wave, reader: DbtDataset, effect: Effect, certainty: Certainty): void {
    const onward = { dataset: reader, column: null, cause: wave.cause };
    const fails = effect === 'FAILS' || effect === 'SKIPPED';
    if (reader.name !== null) {
      this.#add(wave, reader, effect, certainty);
      if (fails) this.#open.push({ ...onward, kind: 'FAILED', distance: wave.distance + 1 });
    } else if (fails) {
      // An ephemeral model is nowhere: what is behind it is hit in its place.
      this.#open.push({ ...onward, kind: effect === 'FAILS' ? 'GONE' : 'FAILED', distance: wave.distance });
    }
  }

  /** Consumers stand on each other: a saved query on metrics, those on a semantic model. */
  #hitConsumers(wave: Wave, ids: readonly string[], effect: Effect, reads: (consumer: DbtConsumer) => Certainty | null): void {
    const seen = new Set<string>();
    const open = ids.map((id) => ({ id, distance: wave.distance }));
    for (let step = open.pop(); step !== undefined; step = open.pop()) {
      for (const consumer of this.#readers.consumersOf([step.id])) {
        const certainty = seen.has(consumer.id) ? null : reads(consumer);
        if (certainty === null) continue;
        seen.add(consumer.id);
        // Which columns a dashboard shows is written nowhere.
        const sure = consumer.uses !== null || consumer.kind === 'saved_query' || wave.column === null;
        this.#add({ ...wave, distance: step.distance }, consumer, sure ? effect : 'AT_RISK', certainty);
        open.push({ id: consumer.id, distance: step.distance + 1 });
      }
    }
  }

  #hitAssertion(wave: Wave, assertion: DbtAssertion, effect: Effect): void {
    const about = this.#state.project.datasets.get(assertion.dataset ?? '');
    this.#add(wave, { id: assertion.id, kind: 'test', label: assertion.label, owners: about?.owners ?? [] }, effect, 'DECLARED');
  }

  #add(wave: Wave, hit: Hit, effect: Effect, certainty: Certainty): void {
    const what = wave.column === null ? wave.dataset.label : `${wave.dataset.label}.${wave.column}`;
    const { id, kind, label, owners } = hit;
    this.#broken.add({ id, kind, label, owners, effect, certainty, what, cause: wave.cause, distance: wave.distance + 1 });
  }
}

interface Hit {
  readonly id: string;
  readonly kind: string;
  readonly label: string;
  readonly owners: readonly DbtOwner[];
}

/** Whether a test looks at the column. Uniqueness and presence do not mind the type. */
function asserts(
  { asserts: asserted, dataset, column, uses }: DbtAssertion,
  ids: readonly string[],
  key: string,
  gone: boolean,
): boolean {
  if (!gone && (asserted.kind === 'UNIQUE' || asserted.kind === 'NOT_NULL')) return false;
  const about = dataset !== null && ids.includes(dataset);
  if (about && column === key) return true;
  if (asserted.kind === 'RELATIONSHIP')
    return asserted.dataset !== null && ids.includes(asserted.dataset) && asserted.column === key;
  return asserted.kind === 'OTHER' && uses.has(key);
}
