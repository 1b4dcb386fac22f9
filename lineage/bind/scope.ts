import type { Scope } from './bind.ts';

const NO_VIEWS: ReadonlySet<string> = new Set();

/** A scope with nothing in it yet but what is around it. */
export function innerScope(outer: Scope | null, change: Partial<Scope> = {}): Scope {
  return {
    parent: outer,
    ctes: outer?.ctes ?? null,
    sources: [],
    merged: new Map(),
    aliases: new Map(),
    seesAliases: false,
    windows: new Map(),
    influences: [],
    lambdas: new Set(),
    views: outer?.views ?? NO_VIEWS,
    ...change,
  };
}
