import type { DialectRules } from '../dialect/rules.ts';
import type { Name, Query, TableName } from '../ir/ir.ts';
import type { TableId } from '../model/model.ts';
import type { Catalog } from './catalog.ts';
import type { Views } from './views.ts';
import { tableIdOf, type Defaults } from './tableId.ts';

export interface Created {
  readonly id: TableId;
  /** Null when the statement does not say. */
  readonly columns: readonly string[] | null;
  readonly temporary: boolean;
}

export interface SessionOptions {
  readonly rules: DialectRules;
  readonly catalog: Catalog;
  readonly defaults: Defaults;
  /** Keeps temporary tables of different sessions apart. */
  readonly name: string;
  /** Tables that all sessions see. */
  readonly shared: Map<string, Created>;
  /** How often a temporary table was created; each creation is another table. */
  readonly generations: Map<string, number>;
  /** Temporary tables that this session will create: logs do not always come in order. */
  readonly foretold: ReadonlyMap<string, Created>;
  /** Queries of views to look through, by the last part of their name first. */
  readonly views: Views;
}

/** What earlier statements leave behind for later ones: defaults, tables that were created, temporary tables. */
export class Session {
  defaults: Defaults;
  private readonly own = new Map<string, Created>();
  /** The first creation of each temporary table. */
  readonly firsts = new Map<string, Created>();

  private readonly options: SessionOptions;

  constructor(options: SessionOptions) {
    this.options = options;
    this.defaults = options.defaults;
  }

  get name(): string {
    return this.options.name;
  }

  /** The table that a name means now. */
  table(name: TableName): TableId {
    const id = tableIdOf(this.options.rules, name, this.defaults);
    return (this.own.get(id.key) ?? this.ownByLastPart(name) ?? this.options.foretold.get(id.key))?.id ?? id;
  }

  columnsOf(table: TableId): { readonly columns: readonly string[]; readonly from: 'catalog' | 'script' } | null {
    const created = this.createdAs(table);
    if (created?.columns != null) return { columns: created.columns, from: 'script' };
    if (created?.temporary === true) return null;
    const columns = this.options.catalog.columnsOf(table);
    return columns === null ? null : { columns, from: 'catalog' };
  }

  viewOf(table: TableId): Query | null {
    return this.options.views.queryOf(table);
  }

  isTemporary(table: TableId): boolean {
    return this.createdAs(table)?.temporary === true || this.hasTemporaryName(table);
  }

  /** A new table, with a new identity when only this session sees it. */
  create(name: TableName, columns: readonly string[] | null, declaredTemporary: boolean): TableId {
    const plain = tableIdOf(this.options.rules, name, this.defaults);
    const temporary = declaredTemporary || this.hasTemporaryName(plain);
    if (!temporary) {
      this.options.shared.set(plain.key, { id: plain, columns, temporary });
      return plain;
    }
    const generation = (this.options.generations.get(plain.key) ?? 0) + 1;
    this.options.generations.set(plain.key, generation);
    const id = { ...plain, key: `${plain.key}\u0001${this.options.name}\u0001${generation}` };
    this.own.set(plain.key, { id, columns, temporary });
    if (generation === 1) this.firsts.set(plain.key, { id, columns, temporary });
    return id;
  }

  drop(table: TableId): void {
    for (const [key, created] of this.own) if (created.id.key === table.key) this.own.delete(key);
    this.options.shared.delete(table.key);
  }

  rename(from: TableId, to: TableId): void {
    const created = this.options.shared.get(from.key);
    if (created === undefined) return;
    this.options.shared.delete(from.key);
    this.options.shared.set(to.key, { ...created, id: to });
  }

  use(parts: readonly Name[], what: 'database' | 'schema' | null): void {
    const names = parts.map((part) => part.text);
    const [first, second] = names;
    if (first === undefined) return;
    if (second !== undefined) this.defaults = { database: names.slice(0, -1).join('.'), schema: names.at(-1) ?? null };
    else if (first.toLowerCase() === 'default') this.defaults = { ...this.defaults, schema: null };
    else if (what === 'schema' || this.options.rules.useChooses === 'schema') this.defaults = { ...this.defaults, schema: first };
    else this.defaults = { ...this.defaults, database: first };
  }

  private createdAs(table: TableId): Created | undefined {
    for (const created of [...this.own.values(), ...this.options.foretold.values()])
      if (created.id.key === table.key) return created;
    return this.options.shared.get(table.key);
  }

  /** A temporary table lies in a schema of its own, whatever the default is. */
  private ownByLastPart(name: TableName): Created | undefined {
    if (name.path || name.parts.length > 1 || this.own.size === 0) return undefined;
    const bare = tableIdOf(this.options.rules, name, { database: null, schema: null });
    return [...this.own.values()].find((created) => created.id.parts.at(-1) === bare.parts[0]);
  }

  private hasTemporaryName(table: TableId): boolean {
    const prefix = this.options.rules.temporaryPrefix;
    return prefix !== null && table.parts.at(-1)?.startsWith(prefix) === true;
  }
}
