/** Results that a next page may ask for again: the latest ones, as many as fit. */
export class KeptResults<T> {
  readonly #weightMax: number;
  readonly #kept = new Map<string, { readonly value: T; readonly weight: number }>();
  #weight = 0;

  constructor(weightMax: number) {
    this.#weightMax = weightMax;
  }

  get(key: string): T | undefined {
    const found = this.#kept.get(key);
    if (found === undefined) return undefined;
    // The latest one that was asked for goes last.
    this.#kept.delete(key);
    this.#kept.set(key, found);
    return found.value;
  }

  /** What alone is more than all may be is not kept. */
  keep(key: string, value: T, weight: number): void {
    this.#drop(key);
    if (weight > this.#weightMax) return;
    this.#kept.set(key, { value, weight });
    this.#weight += weight;
    for (const oldest of this.#kept.keys()) {
      if (this.#weight <= this.#weightMax) break;
      this.#drop(oldest);
    }
  }

  #drop(key: string): void {
    this.#weight -= this.#kept.get(key)?.weight ?? 0;
    this.#kept.delete(key);
  }
}
