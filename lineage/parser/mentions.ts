import { isNode } from '../adapt/node.ts';
import type { Statement } from '../ir/ir.ts';

/** What a statement speaks of: tables, CTEs and columns, each by its name and without where it stands. */
export function mentions(statements: readonly Statement[]): ReadonlySet<string> {
  const found = new Set<string>();
  visit(statements, found);
  return found;
}

function visit(value: unknown, found: Set<string>): void {
  if (Array.isArray(value)) for (const each of value) visit(each, found);
  else if (value instanceof Map) for (const each of value.values()) visit(each, found);
  else if (isNode(value)) {
    if (typeof value['path'] === 'boolean') found.add(`table ${textOf(value['parts'])}`);
    else if (value['kind'] === 'column') found.add(`column ${textOf(value['path'])}`);
    else {
      if (typeof value['scalar'] === 'boolean') found.add(`cte ${String(value['name']).toLowerCase()}`);
      for (const key in value) if (typeof value[key] === 'object') visit(value[key], found);
    }
  }
}

const textOf = (names: unknown): string =>
  Array.isArray(names) ? names.map((name: unknown) => (isNode(name) ? String(name['text']).toLowerCase() : '')).join('.') : '';
