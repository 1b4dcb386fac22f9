import { type Named, namedKey } from './statement.ts';

export interface Link {
  readonly dataset: Named;
  readonly alias: Named;
}

/**
 * Which dataset each name stands for, by all that was said of them. A crawled dataset keeps its name. A dataset that was only
 * heard of gives way to a crawled one that it is said to be, and an alias stands for the dataset that claims it; of several, for
 * the first by name. So the answer does not depend on who spoke first.
 * @returns by key of the name, for names that stand for another dataset
 */
export function standsFor(links: readonly Link[], isCrawled: (name: Named) => boolean): ReadonlyMap<string, Named> {
  const names = new Map(links.flatMap(({ dataset, alias }) => [dataset, alias].map((name) => [namedKey(name), name] as const)));
  const known: Known = { links, isCrawled };
  const answer = new Map<string, Named>();
  for (const [key, name] of names) {
    const main = follow(name, known);
    if (namedKey(main) !== key) answer.set(key, main);
  }
  return answer;
}

interface Known {
  readonly links: readonly Link[];
  readonly isCrawled: (name: Named) => boolean;
}

/** Goes on from name to name until one stands for itself; in a ring, the first by name stands for all. */
function follow(name: Named, known: Known): Named {
  const passed = new Map<string, Named>();
  let at = name;
  for (;;) {
    if (passed.has(namedKey(at))) return first(ringFrom(at, known)) ?? at;
    passed.set(namedKey(at), at);
    const next = nextOf(at, known);
    if (next === null) return at;
    at = next;
  }
}

function ringFrom(start: Named, known: Known): readonly Named[] {
  const ring = [start];
  for (let at = nextOf(start, known); at !== null && namedKey(at) !== namedKey(start); at = nextOf(at, known)) ring.push(at);
  return ring;
}

function nextOf(name: Named, { links, isCrawled }: Known): Named | null {
  if (isCrawled(name)) return null;
  const key = namedKey(name);
  const crawled = first(
    links.filter(({ dataset, alias }) => namedKey(dataset) === key && isCrawled(alias)).map(({ alias }) => alias),
  );
  if (crawled !== null) return crawled;
  return first(links.filter(({ alias }) => namedKey(alias) === key).map(({ dataset }) => dataset));
}

function first(names: readonly Named[]): Named | null {
  const [least = null] = names.toSorted((a, b) => (namedKey(a) < namedKey(b) ? -1 : 1));
  return least;
}
