import type { FetchNodePathSegment, FetchRewrite } from '@graphql-hive/router-query-planner';
import { isJsonObject, isList, type JsonObject } from './json.ts';
import type { Supergraph } from './supergraph.ts';

/** A change of what goes to a subgraph or of what comes back: the planner's way round names and types that clash. */
export type Rewrite =
  | { readonly kind: 'setValue'; readonly path: readonly RewriteSegment[]; readonly key: string; readonly value: string }
  | { readonly kind: 'renameKey'; readonly path: readonly RewriteSegment[]; readonly key: string; readonly to: string };

export type RewriteSegment =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'types'; readonly matches: (typename: string) => boolean };

/** Changes the value in place. */
export function applyRewrites(value: unknown, rewrites: readonly Rewrite[]): void {
  for (const rewrite of rewrites) walk(value, 0, rewrite);
}

/** The path of an error names keys as the subgraph knows them; follows the renames that its data went through. */
export function renamedPath(path: readonly (string | number)[], rewrites: readonly Rewrite[]): (string | number)[] {
  const renamed = [...path];
  for (const rewrite of rewrites) {
    if (rewrite.kind !== 'renameKey') continue;
    const wanted = [...rewrite.path.flatMap((segment) => (segment.kind === 'key' ? [segment.key] : [])), rewrite.key];
    const positions = renamed.flatMap((key, position) => (typeof key === 'string' ? [position] : []));
    const last = positions[wanted.length - 1];
    if (last !== undefined && wanted.every((key, i) => renamed[positions[i] ?? -1] === key)) renamed[last] = rewrite.to;
  }
  return renamed;
}

function walk(value: unknown, depth: number, rewrite: Rewrite): void {
  if (isList(value)) {
    for (const item of value) walk(item, depth, rewrite);
    return;
  }
  if (!isJsonObject(value)) return;
  const segment = rewrite.path[depth];
  if (segment === undefined) {
    change(value, rewrite);
  } else if (segment.kind === 'key') {
    walk(value[segment.key], depth + 1, rewrite);
  } else if (typeof value['__typename'] !== 'string' || segment.matches(value['__typename'])) {
    walk(value, depth + 1, rewrite);
  }
}

function change(object: JsonObject, rewrite: Rewrite): void {
  if (rewrite.kind === 'setValue') {
    object[rewrite.key] = rewrite.value;
  } else if (rewrite.key in object && rewrite.key !== rewrite.to) {
    object[rewrite.to] = object[rewrite.key];
    delete object[rewrite.key];
  }
}

/** The planner writes a rewrite in three forms. */
export function readRewrites(nodes: readonly FetchRewrite[] | null | undefined, supergraph: Supergraph): Rewrite[] {
  return (nodes ?? []).flatMap((node): Rewrite[] => {
    if ('KeyRenamer' in node) {
      const { path, renameKeyTo } = node.KeyRenamer;
      return readPath(path, supergraph).map((at) => ({ kind: 'renameKey', ...at, to: renameKeyTo }));
    }
    const { path, setValueTo } = 'ValueSetter' in node ? node.ValueSetter : node;
    return readPath(path, supergraph).map((at) => ({ kind: 'setValue', ...at, value: setValueTo }));
  });
}

/** The last segment is always the key to change; without one there is nothing to do. */
function readPath(nodes: readonly FetchNodePathSegment[], { satisfies }: Supergraph) {
  const segments = nodes.map((node): RewriteSegment => {
    if ('Key' in node) return { kind: 'key', key: node.Key };
    return { kind: 'types', matches: (typename) => node.TypenameEquals.some((type) => satisfies(typename, type)) };
  });
  const last = segments.pop();
  return last?.kind === 'key' ? [{ path: segments, key: last.key }] : [];
}
