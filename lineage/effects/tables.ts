import type { Statement } from '../ir/ir.ts';
import { copyEdges } from './create.ts';
import type { Effect } from './outcome.ts';

type TableStatement = Statement & { readonly kind: 'rename' | 'swap' | 'alter' | 'drop' | 'truncate' };

/** What is done to tables as such, without any query. */
export function tablesEffect(effect: Effect, statement: TableStatement): void {
  const { binder, outcome } = effect;
  switch (statement.kind) {
    case 'rename': {
      const from = binder.session.table(statement.table);
      const to = binder.session.table(statement.to);
      binder.session.rename(from, to);
      outcome.renames.push({ from: outcome.touch(from), to: outcome.touch(to), swap: false });
      return;
    }
    case 'swap':
      outcome.renames.push({
        from: outcome.touch(binder.session.table(statement.table)),
        to: outcome.touch(binder.session.table(statement.with)),
        swap: true,
      });
      return;
    case 'alter': {
      const table = outcome.touch(binder.session.table(statement.table));
      if (statement.exchange === null) return;
      const source = binder.session.table(statement.exchange);
      binder.notes.read(source);
      outcome.writeTo(table);
      copyEdges(effect, source, table);
      return;
    }
    case 'drop':
      for (const name of statement.tables) {
        const table = outcome.touch(binder.session.table(name));
        binder.session.drop(table);
        outcome.drops.push(table);
      }
      return;
    case 'truncate':
      for (const name of statement.tables) outcome.touch(binder.session.table(name));
  }
}
