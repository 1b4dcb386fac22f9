import type { DialectRules } from '../dialect/rules.ts';
import { createBinder } from '../bind/binder.ts';
import { Notes } from '../bind/notes.ts';
import { innerScope } from '../bind/scope.ts';
import type { Statement } from '../ir/ir.ts';
import type { Session } from '../session/session.ts';
import { copyEffect } from './copy.ts';
import { createTableEffect, createViewEffect } from './create.ts';
import { deleteEffect } from './delete.ts';
import { insertEffect, insertManyEffect } from './insert.ts';
import { mergeEffect } from './merge.ts';
import { modifyingCte } from './modifyingCte.ts';
import { Outcome, type Effect } from './outcome.ts';
import { queryEffect, selectInto } from './query.ts';
import { tablesEffect } from './tables.ts';
import { updateEffect } from './update.ts';

export interface Applied {
  readonly outcome: Outcome;
  readonly notes: Notes;
}

/** Finds out what a statement reads and writes, and lets the session remember what later statements need. */
export function applyStatement(rules: DialectRules, session: Session, statement: Statement): Applied {
  const notes = new Notes();
  const outcome = new Outcome();
  const effect: Effect = {
    outcome,
    binder: createBinder({
      rules,
      session,
      notes,
      modifying: (_binder, cte, scope) => modifyingCte(effect, cte, scope),
      selectedInto: (query, relation) => selectInto(effect, query, relation),
    }),
  };
  applyEach(effect, statement);
  return { outcome, notes };
}

function applyEach(effect: Effect, statement: Statement): void {
  switch (statement.kind) {
    case 'query':
      return queryEffect(effect, statement);
    case 'insert':
      insertEffect(effect, statement, innerScope(null));
      return;
    case 'insertMany':
      return insertManyEffect(effect, statement);
    case 'createTable':
      return createTableEffect(effect, statement);
    case 'createView':
      return createViewEffect(effect, statement);
    case 'update':
      updateEffect(effect, statement, innerScope(null));
      return;
    case 'delete':
      deleteEffect(effect, statement, innerScope(null));
      return;
    case 'merge':
      mergeEffect(effect, statement, innerScope(null));
      return;
    case 'copy':
      return copyEffect(effect, statement);
    case 'rename':
    case 'swap':
    case 'alter':
    case 'drop':
    case 'truncate':
      return tablesEffect(effect, statement);
    case 'use':
      return effect.binder.session.use(statement.parts, statement.what);
    case 'block':
      for (const each of statement.statements) applyEach(effect, each);
      return;
    case 'call':
    case 'other':
      return;
  }
}
