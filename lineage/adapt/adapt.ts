import type { DialectRules } from '../dialect/rules.ts';
import type { Expr, JoinedSource, Query, Source, Statement, TableName, With } from '../ir/ir.ts';
import type { Node } from './node.ts';

/**
 * What the parts of the adapter ask of each other. Queries hold expressions that hold queries; the ring is closed here
 * and not by imports.
 */
export interface Adapt {
  readonly rules: DialectRules;
  expr(value: unknown): Expr;
  /** Several in one: what is inside of lists and plain structures. */
  exprs(value: unknown): readonly Expr[];
  query(value: unknown): Query | null;
  source(value: unknown): Source | null;
  joined(from: unknown, joins: readonly unknown[]): readonly JoinedSource[];
  with(value: Node | null): With | null;
  statement(value: unknown): Statement;
  table(node: Node): TableName;
  /** Statements in the text of a procedure's body. */
  statementsOf(text: string): readonly Statement[];
}
