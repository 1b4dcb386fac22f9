import type { Alias, Name, Span, TableName } from '../ir/ir.ts';
import { child, flag, isNode, items, present, tagged, text, type Node } from './node.ts';

/** An identifier as the parser gives it: an object with name and quotes, a bare text, or wrapped as an expression. */
export function nameOf(value: unknown): Name | null {
  if (typeof value === 'string') return value === '' ? null : { text: value, quoted: false };
  if (!isNode(value)) return null;
  const name = text(value, 'name');
  if (name !== null) return name === '' ? null : { text: name, quoted: flag(value, 'quoted') };
  if (isNode(value['name'])) return nameOf(value['name']);
  const inner = tagged(value);
  if (inner === null) return null;
  if (inner.tag === 'literal') return literalName(inner.body);
  return inner.tag === 'identifier' || inner.tag === 'column' || inner.tag === 'var' || inner.tag === 'table'
    ? (nameOf(inner.body) ?? nameOf(inner.body['this']))
    : null;
}

function literalName(body: Node): Name | null {
  const value = text(body, 'value');
  return value === null ? null : { text: value, quoted: true };
}

export const nameText = (value: unknown): string | null => nameOf(value)?.text ?? null;

export const nameTexts = (values: readonly unknown[]): string[] => values.map(nameText).filter(present);

/** `t.col` where the parser keeps the path of an assignment in one text. */
export function pathTexts(value: unknown): string[] {
  const dotted = tagged(value);
  if (dotted?.tag === 'dot') return [...pathTexts(dotted.body['this']), ...nameTexts([dotted.body['field']])];
  if (dotted?.tag === 'column') return nameTexts([dotted.body['table'], dotted.body['name']]);
  const name = nameOf(value);
  if (name === null) return [];
  return name.quoted ? [name.text] : name.text.split('.').map(withoutQuotes);
}

const withoutQuotes = (part: string): string => part.replace(/^[`"[]|[`"\]]$/g, '');

export function spanOf(node: Node | null): Span | null {
  const span = node === null ? null : child(node, 'span');
  const start = span?.['start'];
  const end = span?.['end'];
  return typeof start === 'number' && typeof end === 'number' ? { start, end } : null;
}

export const hasName = (table: Node): boolean => nameOf(table['name']) !== null;

/** A table reference; in dialects that allow it, one pair of quotes may hold the whole path. */
export function tableNameOf(table: Node, dotsInQuotedNames: boolean): TableName {
  const file = filePath(table);
  if (file !== null) return pathName(file);
  const names = [table['catalog'], table['schema'], table['name']].map(nameOf).filter(present);
  const parts = names.flatMap((name) =>
    dotsInQuotedNames && name.quoted && name.text.includes('.') ? splitQuoted(name) : [name],
  );
  return { parts, path: false };
}

const FILE_FORMATS = new Set(['parquet', 'csv', 'json', 'orc', 'avro', 'delta', 'text', 'binaryfile', 'iceberg', 'xml']);

/** Spark: json.`/a/b`; DuckDB: FROM 'a.parquet'. */
function filePath(table: Node): string | null {
  const name = nameOf(table['name']);
  const format = nameOf(table['schema']);
  if (name === null || !name.quoted) return null;
  if (format !== null) return FILE_FORMATS.has(format.text.toLowerCase()) && /[/\\:]/.test(name.text) ? name.text : null;
  return /\.(parquet|csv|tsv|json|jsonl|ndjson|orc|avro)(\.gz|\.zst)?$/i.test(name.text) || /^[a-z0-9]+:\/\//i.test(name.text)
    ? name.text
    : null;
}

const splitQuoted = (name: Name): Name[] => name.text.split('.').map((part) => ({ text: part, quoted: true }));

export const pathName = (path: string): TableName => ({ parts: [{ text: path, quoted: true }], path: true });

export function aliasOf(node: Node, columnsKey = 'column_aliases'): Alias {
  return { name: nameText(node['alias']), columns: nameTexts(items(node, columnsKey)) };
}
