import type { ScopePath, SourceSession } from '../../connectors/connector.ts';
import type { DatasetRecord } from '../../connectors/record.ts';

/** What `connectorContract` needs of each engine. A hook is null where the engine does not permit the case. */
export interface PreparedSource {
  /** A fresh session, opened as a crawler would open it. */
  open(): Promise<SourceSession>;
  /** Builds the strange but legal objects, with full rights. Called once, before all tests. */
  createOddities(): Promise<Oddities>;
  /** Adds this many tables to a scope that is there already, each with a primary key and an index. */
  grow(tables: number): Promise<void>;
  /** Statements that the connector has sent so far, over all sessions. Null where every dataset is a file to be opened by itself. */
  readonly queryCount: (() => number | Promise<number>) | null;
  /** Tries to create a table over a connection made just as the connector makes its own; must reject. */
  write(): Promise<unknown>;
  /** Attempts that must fail: wrong password, wrong host, missing file, not a database. Keyed by what is wrong. */
  readonly refusals: Readonly<Record<string, () => Promise<SourceSession>>>;
  /** What may stand in no error text, whatever goes wrong. */
  readonly secrets: readonly string[];
  /** Makes one scope unreadable for sessions opened from now on and says which; `restore` undoes it. */
  readonly breakScope: (() => Promise<{ readonly scope: ScopePath; restore(): Promise<void> }>) | null;
  dispose(): Promise<void>;
}

/** What `createOddities` made, and how it must come back. */
export interface Oddities {
  /** Tables with quotes, dots, newlines, emoji, mixed case and the longest permitted name: exact paths. */
  readonly names: readonly (readonly string[])[];
  /** A table with very many columns. */
  readonly wide: { readonly path: readonly string[]; readonly columns: number };
  /** A schema without tables: it has its scope and its complete receipt all the same. */
  readonly emptyScope: ScopePath | null;
  readonly view: Expected | null;
  /** A view that no longer compiles: listed, with a `problem`. */
  readonly brokenView: Expected | null;
  readonly comments: Expected | null;
  readonly primaryKey: Expected | null;
  readonly uniqueKey: Expected | null;
  readonly foreignKey: Expected | null;
  readonly check: Expected | null;
  readonly index: Expected | null;
  readonly defaultValue: Expected | null;
  readonly generated: Expected | null;
  /** A table that another client drops while a crawl is under way. */
  readonly doomed: { readonly path: readonly string[]; drop(): Promise<void> } | null;
}

/** A dataset by its path, with what its record must contain (`toMatchObject`; asymmetric matchers are welcome). */
export interface Expected {
  readonly path: readonly string[];
  readonly record: { readonly [Key in keyof DatasetRecord]?: unknown };
}

export const expected = (path: readonly string[], record: Expected['record']): Expected => ({ path, record });
