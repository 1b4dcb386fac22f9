import type { Influences, Output, TableName } from '../ir/ir.ts';
import type { Adapt } from './adapt.ts';
import { nameTexts, pathTexts } from './names.ts';
import { isNode, items, tagged, text, type Node } from './node.ts';
import { adaptItem } from './query.ts';

const NOTHING: Influences = { filter: [], group: [], sort: [] };

/** What a statement puts out, under `itemsKey`, and into which table, under `intoKey`; null when it only shows it. */
export function outputOf(adapt: Adapt, value: unknown, itemsKey: string, intoKey: string): Output | null {
  if (!isNode(value)) return null;
  const into = tagged(value[intoKey]);
  const table = into === null ? null : tableOf(adapt, into.tag, into.body);
  // The parser takes a table with a list of columns for a call, and some columns for functions.
  const args = items(into?.body ?? null, 'args');
  const columns = nameTexts(args);
  if (into === null || table === null) return null;
  return {
    into: table,
    columns: columns.length === args.length ? columns : [],
    query: {
      kind: 'select',
      with: null,
      items: items(value, itemsKey).map((item) => adaptItem(adapt, item)),
      sources: [],
      influences: NOTHING,
      windows: new Map(),
      into: null,
    },
  };
}

function tableOf(adapt: Adapt, tag: string, body: Node): TableName | null {
  if (tag === 'table') return adapt.table(body);
  const parts =
    tag === 'function'
      ? (text(body, 'name') ?? '').split('.')
      : tag === 'method_call'
        ? [...pathTexts(body['this']), ...nameTexts([body['method']])]
        : pathTexts({ [tag]: body });
  return parts.length === 0 ? null : { parts: parts.map((part) => ({ text: part, quoted: false })), path: false };
}
