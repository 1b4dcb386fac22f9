import type { DialectRules } from '../dialect/rules.ts';
import type { Expr, JoinedSource, Query, Source, Span, WindowUse, With } from '../ir/ir.ts';
import type { Flow, TableId } from '../model/model.ts';
import type { Session } from '../session/session.ts';
import type { Notes } from './notes.ts';

export interface NamedColumn {
  readonly kind: 'named';
  readonly name: string | null;
  readonly flows: readonly Flow[];
  readonly hull: Span | null;
}

/** All columns of a table whose columns are not known, but for some. */
export interface RestColumns {
  readonly kind: 'rest';
  readonly table: TableId;
  readonly except: ReadonlySet<string>;
  /** Handed on by something that names its columns, as PIVOT does, and not by a star. */
  readonly direct?: boolean;
}

/** A source that may have any column, all with the same origin: a function over some columns. */
export interface OpenColumns {
  readonly kind: 'open';
  readonly flows: readonly Flow[];
}

export type BoundColumn = NamedColumn | RestColumns | OpenColumns;

export interface Relation {
  readonly columns: readonly BoundColumn[];
  readonly influences: readonly Flow[];
}

export interface BoundSource {
  readonly alias: string | null;
  /** Set for a table of the database, which may be called by its full name too. */
  readonly table: TableId | null;
  readonly known: 'catalog' | 'script' | 'no';
  readonly columns: readonly BoundColumn[];
  readonly influences: readonly Flow[];
  /** Seen by conditions only, as the right side of a semi join. */
  readonly hidden: boolean;
}

export interface CteFrame {
  readonly parent: CteFrame | null;
  readonly name: string;
  readonly relation: Relation;
  /** Not a table but a value, which means what it means where it is asked for. */
  readonly scalar: Expr | null;
  /** Tables behind it: read only when somebody asks for it. */
  readonly reads: readonly TableId[];
}

export interface Scope {
  readonly parent: Scope | null;
  readonly ctes: CteFrame | null;
  readonly sources: BoundSource[];
  /** Columns that USING or NATURAL made one, in lower case, and the side that they keep. */
  readonly merged: Map<string, 'left' | 'right' | 'both'>;
  readonly aliases: Map<string, readonly Flow[]>;
  /** Whether names may mean aliases of the select list now. */
  readonly seesAliases: boolean;
  readonly windows: ReadonlyMap<string, WindowUse>;
  readonly influences: Flow[];
  readonly lambdas: ReadonlySet<string>;
  /** Views that are being looked through; a view behind itself is a table. */
  readonly views: ReadonlySet<string>;
}

/** What the parts of the binder ask of each other; the ring is closed here and not by imports. */
export interface Binder {
  readonly rules: DialectRules;
  readonly session: Session;
  readonly notes: Notes;
  query(query: Query, outer: Scope): Relation;
  source(source: Source, scope: Scope): readonly BoundSource[];
  /** Binds sources in their order into a scope. */
  sources(sources: readonly JoinedSource[], scope: Scope): void;
  expr(expr: Expr, scope: Scope): readonly Flow[];
  withCtes(clause: With | null, scope: Scope): Scope;
}
