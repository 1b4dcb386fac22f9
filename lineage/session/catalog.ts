import { joinedShard } from '../dialect/shards.ts';
import type { TableId } from '../model/model.ts';

/** Known tables and their columns, as the caller gives them: `db.schema.table` to names in their order. */
export type KnownTables = Iterable<readonly [table: string, columns: readonly string[]]>;

/** Looks up columns by as much of a name as both sides have. */
export class Catalog {
  private readonly byName = new Map<string, readonly string[]>();
  /** By the last part; several tables may share it. */
  private readonly byLast = new Map<string, (readonly string[])[]>();
  private readonly names = new Map<readonly string[], readonly string[]>();

  constructor(known: KnownTables) {
    for (const [table, columns] of known) this.add(table, columns);
  }

  private add(table: string, columns: readonly string[]): void {
    const parts = splitName(table);
    const last = parts.at(-1) ?? '';
    this.byName.set(parts.join('\0'), columns);
    this.byLast.set(last, [...(this.byLast.get(last) ?? []), parts]);
    this.names.set(parts, columns);
  }

  columnsOf(table: TableId): readonly string[] | null {
    const parts = table.parts.map((part) => part.toLowerCase());
    return this.find(parts) ?? this.find(parts.map((part, at) => (at === parts.length - 1 ? joinedShard(part) : part)));
  }

  private find(parts: readonly string[]): readonly string[] | null {
    const exact = this.byName.get(parts.join('\0'));
    if (exact !== undefined) return exact;
    const alike = (this.byLast.get(parts.at(-1) ?? '') ?? []).filter((known) => agree(known, parts));
    const only = alike.length === 1 ? alike[0] : undefined;
    return only === undefined ? null : (this.names.get(only) ?? null);
  }
}

/** One name is the end of the other. */
function agree(known: readonly string[], asked: readonly string[]): boolean {
  const length = Math.min(known.length, asked.length);
  return known.slice(-length).every((part, at) => part === asked[asked.length - length + at]);
}

/** Dots inside of quotes do not separate. */
function splitName(name: string): readonly string[] {
  const parts = name.match(/"[^"]*"|`[^`]*`|\[[^\]]*\]|[^.]+/g) ?? [name];
  return parts.map((part) => part.replace(/^[`"[]|[`"\]]$/g, '').toLowerCase());
}
