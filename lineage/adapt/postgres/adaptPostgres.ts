import type { Expr, Item, Query, Source, Statement, TableName, With } from '../../ir/ir.ts';
import type { Node } from '../node.ts';
import type { WrittenNames } from './writtenNames.ts';

/** What the parts of this adapter ask of each other, as those of the main parser's adapter do. */
export interface AdaptPostgres {
  readonly names: WrittenNames;
  expr(value: unknown): Expr;
  /** Several in one: what is inside of lists and plain structures. */
  exprs(value: unknown): readonly Expr[];
  item(target: Node): Item;
  query(select: Node): Query;
  source(value: unknown): Source | null;
  with(clause: Node | null): With | null;
  statement(value: unknown): Statement;
  table(relation: Node): TableName;
}
