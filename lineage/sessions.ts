import type { DialectRules } from './dialect/rules.ts';
import type { LineageRequest } from './request.ts';
import { Catalog } from './session/catalog.ts';
import { Session, type SessionOptions } from './session/session.ts';
import { splitScript, type Unit } from './split/splitScript.ts';

export interface Step {
  readonly unit: Unit;
  readonly session: Session;
}

/** A request as single statements in their order, each with the session that it runs in. */
export function* stepsOf(request: LineageRequest, rules: DialectRules): Generator<Step | Renamed> {
  const shared: Pick<SessionOptions, 'rules' | 'catalog' | 'shared' | 'generations'> = { rules, catalog: new Catalog(request.schema ?? []), shared: new Map(), generations: new Map() };
  const defaults = { database: request.defaultDatabase ?? null, schema: request.defaultSchema ?? null };
  if (request.sessionLog === undefined) {
    const session = new Session({ ...shared, defaults, name: '' });
    for (const text of request.statements ?? [request.sql ?? '']) for (const unit of splitScript(text, rules)) yield { unit, session };
    return;
  }
  const sessions = new Map<string, Session>();
  for (const entry of request.sessionLog) {
    if ('rename' in entry) {
      yield { rename: entry.rename, unit: null };
      continue;
    }
    const name = entry.session ?? '';
    const session = sessions.get(name) ?? new Session({ ...shared, defaults, name });
    sessions.set(name, session);
    session.defaults = { database: entry.defaultDatabase ?? defaults.database, schema: entry.defaultSchema ?? defaults.schema };
    for (const unit of splitScript(entry.sql, rules)) yield { unit, session };
  }
}

/** Not a statement but news from the source: a table is called otherwise from now on. */
export interface Renamed {
  readonly rename: { readonly from: string; readonly to: string; readonly swap: boolean };
  readonly unit: null;
}
