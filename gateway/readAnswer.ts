import { isJsonObject, isList } from './json.ts';
import type { SubgraphAnswer, SubgraphError } from './subgraph.ts';

/** Reads what a subgraph sent; undefined when it is not a GraphQL answer. Written by hand: it runs on every fetch. */
export function readAnswer(sent: unknown): SubgraphAnswer | undefined {
  if (!isJsonObject(sent)) return undefined;
  const { data, errors, extensions } = sent;
  if (data !== undefined && data !== null && !isJsonObject(data)) return undefined;
  const read = errors == null ? [] : isList(errors) ? errors.map(readError) : [undefined];
  if (read.includes(undefined)) return undefined;
  if (data == null && read.length === 0) return undefined;
  return {
    data,
    errors: read.filter((error) => error !== undefined),
    extensions: isJsonObject(extensions) ? extensions : undefined,
  };
}

function readError(sent: unknown): SubgraphError | undefined {
  if (!isJsonObject(sent) || typeof sent['message'] !== 'string') return undefined;
  const { message, path, extensions } = sent;
  return {
    message,
    path: isList(path) ? path.filter((segment) => typeof segment === 'string' || typeof segment === 'number') : undefined,
    extensions: isJsonObject(extensions) ? extensions : undefined,
  };
}
