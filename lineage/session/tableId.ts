import type { DialectRules } from '../dialect/rules.ts';
import type { Name, TableName } from '../ir/ir.ts';
import type { TableId } from '../model/model.ts';

export interface Defaults {
  readonly database: string | null;
  readonly schema: string | null;
}

/** The identity of a table: its name with the defaults in front, under the case rule of the dialect. */
export function tableIdOf(rules: DialectRules, name: TableName, defaults: Defaults): TableId {
  if (name.path) return pathId(name.parts.map((part) => part.text).join('.'));
  const parts = [...defaultParts(name.parts.length, defaults), ...name.parts];
  const canonical = parts.map((part) => folded(rules, part));
  return { parts: canonical, written: parts.map((part) => part.text), key: keyOf(rules, canonical), path: false };
}

export const pathId = (path: string): TableId => ({ parts: [path], written: [path], key: `path:${path}`, path: true });

function defaultParts(given: number, { database, schema }: Defaults): Name[] {
  const missing = given === 1 ? [database, schema] : given === 2 ? [database] : [];
  return missing.filter((part) => part !== null).flatMap((part) => part.split('.').map((text) => ({ text, quoted: false })));
}

function folded(rules: DialectRules, name: Name): string {
  if (name.quoted || rules.fold === 'keep') return name.text;
  return rules.fold === 'lower' ? name.text.toLowerCase() : name.text.toUpperCase();
}

const keyOf = (rules: DialectRules, parts: readonly string[]): string => {
  const text = parts.join('\u0000');
  return rules.fold === 'keep' && !rules.tablesCaseSensitive ? text.toLowerCase() : text;
};
