import type { Queryable } from './database.ts';

const caches = new WeakMap<object, Map<string, unknown>>();

/**
 * Builds a drizzle statement once for each connection surface: building costs more than running a small one.
 * @param build makes the statement, with `sql.placeholder` for what varies
 */
export function prepared<P>(db: Queryable, name: string, build: (orm: Queryable['orm'], name: string) => P): P {
  const cache = caches.get(db.orm) ?? new Map<string, unknown>();
  caches.set(db.orm, cache);
  if (!cache.has(name)) cache.set(name, build(db.orm, name));
  return cache.get(name) as P;
}
