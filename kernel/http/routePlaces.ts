import type { RouteOptions } from 'fastify';

type ErrorHandler = NonNullable<RouteOptions['errorHandler']>;

/** What stands at an address, under other methods than the one that was asked. */
export interface OtherMethods {
  readonly methods: readonly string[];
  /** Answers errors in the form that the address has for them; undefined for that of the listener. */
  readonly errorHandler: ErrorHandler | undefined;
}

/** All paths that there are, so that a wrong method is told from a wrong address. */
export class RoutePlaces {
  readonly #places = new Map<string, { readonly pattern: RegExp; readonly methods: Set<string>; errorHandler?: ErrorHandler }>();

  add({ method, url, errorHandler }: RouteOptions): void {
    const place = this.#places.get(url) ?? { pattern: patternOf(url), methods: new Set() };
    for (const one of [method].flat()) place.methods.add(one);
    this.#places.set(url, errorHandler === undefined ? place : { ...place, errorHandler });
  }

  /** Null when nothing stands there. */
  at(path: string): OtherMethods | null {
    const fitting = [...this.#places.values()].filter(({ pattern }) => pattern.test(path));
    if (fitting.length === 0) return null;
    return {
      methods: [...new Set(fitting.flatMap(({ methods }) => [...methods]))].toSorted(),
      errorHandler: fitting.find(({ errorHandler }) => errorHandler !== undefined)?.errorHandler,
    };
  }
}

/** As `Route.path` has it: `:name` for a part and `*` for a rest. */
const patternOf = (path: string): RegExp =>
  new RegExp(
    `^${path
      .replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
      .replaceAll(/:\w+/g, '[^/]+')
      .replaceAll('*', '.*')}$`,
  );
