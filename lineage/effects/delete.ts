import type { Statement } from '../ir/ir.ts';
import type { Scope } from '../bind/bind.ts';
import { innerScope } from '../bind/scope.ts';
import { distinct, influencing } from '../model/flows.ts';
import type { TableId } from '../model/model.ts';
import type { Effect } from './outcome.ts';
import { outputEffect } from './output.ts';
import { bindTarget } from './update.ts';

/** DELETE moves no values, but what it reads decides which rows are left. */
export function deleteEffect({ binder, outcome }: Effect, statement: Statement & { kind: 'delete' }, outer: Scope): TableId {
  const scope = innerScope(binder.withCtes(statement.with, outer));
  const before = new Set(binder.notes.reads.keys());
  const target = outcome.touch(bindTarget(binder, statement, scope));
  if (!before.has(target.key)) binder.notes.reads.delete(target.key);
  const filter = statement.filter.flatMap((expr) => influencing(binder.expr(expr, scope), 'filter'));
  outcome.influenced(target, distinct([...scope.sources.flatMap((source) => source.influences), ...scope.influences, ...filter]));
  outputEffect({ binder, outcome }, statement.output, target, scope);
  return target;
}
