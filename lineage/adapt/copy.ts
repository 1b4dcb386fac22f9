import type { Statement, TableName } from '../ir/ir.ts';
import type { Adapt } from './adapt.ts';
import { nameText, nameTexts, pathName } from './names.ts';
import { child, flag, items, present, tagged, text, type Node } from './node.ts';

/** COPY in both directions, between tables, queries, files and stages. */
export function adaptCopy(adapt: Adapt, body: Node): Statement {
  const subject = tagged(body['this']);
  const files = items(body, 'files');
  const inwards = flag(body, 'kind') || flag(body, 'is_into');
  if (!inwards) {
    const isTable = subject?.tag === 'table';
    const from = isTable ? [adapt.table(subject.body)] : [];
    return {
      kind: 'copy',
      from,
      query: isTable ? null : adapt.query(body['this']),
      to: endOf(adapt, files[0]) ?? pathName('STDOUT'),
      columns: [],
    };
  }
  const to = endOf(adapt, body['this']) ?? pathName('?');
  const query = files.map((file) => (tagged(file)?.tag === 'table' ? null : adapt.query(file))).find(present) ?? null;
  const ends = query === null ? files.map((file) => endOf(adapt, file)).filter(present) : [];
  // Into a table go files; what is called like a table is a template that nobody has filled in.
  const from = ends.filter((end) => end.path || to.path);
  return { kind: 'copy', from, query, to, columns: columnsOf(subject?.body ?? {}) };
}

const columnsOf = (table: Node): string[] => nameTexts(items(table, 'column_aliases'));

/** A table, or a path: a stage, a URL, a file name. */
function endOf(adapt: Adapt, value: unknown): TableName | null {
  const node = tagged(value);
  if (node === null) return null;
  if (node.tag === 'table') return adapt.table(node.body);
  if (node.tag === 'stage_reference') return pathName(`${text(node.body, 'name') ?? ''}${text(node.body, 'path') ?? ''}`);
  const path = nameText(value);
  return path === null || path === 'STDIN' ? null : pathName(path);
}

export function loadOf(adapt: Adapt, body: Node): Statement {
  const table = tagged(body['table'])?.body ?? child(body, 'table') ?? {};
  const path = text(body, 'inpath') ?? '';
  return { kind: 'copy', from: [pathName(path)], query: null, to: adapt.table(table), columns: [] };
}
