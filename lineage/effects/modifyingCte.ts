import type { Cte, Statement } from '../ir/ir.ts';
import type { Relation, Scope } from '../bind/bind.ts';
import { renamed } from '../bind/cte.ts';
import { baseTable } from '../bind/source.ts';
import type { TableId } from '../model/model.ts';
import { deleteEffect } from './delete.ts';
import { insertEffect } from './insert.ts';
import { mergeEffect } from './merge.ts';
import type { Effect } from './outcome.ts';
import { updateEffect } from './update.ts';

/** WITH x AS (INSERT ... RETURNING *): does its work, and then is the table that it changed. */
export function modifyingCte(effect: Effect, cte: Cte, scope: Scope): Relation {
  if (cte.statement === null) return { columns: [], influences: [] };
  const target = changed(effect, cte.statement, scope);
  if (target === null) return { columns: [], influences: [] };
  const columns = baseTable(effect.binder, target, { name: null, columns: [] }).columns;
  return renamed({ columns, influences: [] }, cte.columns);
}

function changed(effect: Effect, statement: Statement, scope: Scope): TableId | null {
  if (statement.kind === 'insert') return insertEffect(effect, statement, scope);
  if (statement.kind === 'update') return updateEffect(effect, statement, scope);
  if (statement.kind === 'delete') return deleteEffect(effect, statement, scope);
  return statement.kind === 'merge' ? mergeEffect(effect, statement, scope) : null;
}
