import type { DialectRules } from './dialect/rules.ts';
import type { TableId } from './model/model.ts';
import type { LineageRequest } from './request.ts';
import { Catalog } from './session/catalog.ts';
import { Session, type Created, type SessionOptions } from './session/session.ts';
import { tableIdOf } from './session/tableId.ts';
import type { Views } from './session/views.ts';
import { splitScript, type Unit } from './split/splitScript.ts';

export interface Step {
  readonly unit: Unit;
  readonly session: Session;
}

/** News from the source itself: a table is called otherwise from now on. */
export interface Renamed {
  readonly unit: null;
  readonly from: TableId;
  readonly to: TableId;
  readonly swap: boolean;
}

/** What sessions will create, by session and by table. */
export type Foretold = ReadonlyMap<string, ReadonlyMap<string, Created>>;

/** A request as single statements in their order, each with the session that it runs in. */
export function* stepsOf(
  request: LineageRequest,
  rules: DialectRules,
  views: Views,
  foretold: Foretold,
): Generator<Step | Renamed> {
  const shared = {
    rules,
    catalog: new Catalog(request.schema ?? []),
    shared: new Map<string, Created>(),
    generations: new Map<string, number>(),
  };
  const defaults = { database: request.defaultDatabase ?? null, schema: request.defaultSchema ?? null };
  const open = (name: string): Session =>
    new Session({ ...shared, defaults, name, views, foretold: foretold.get(name) ?? new Map() } satisfies SessionOptions);
  if (request.sessionLog === undefined) yield* scriptSteps(request, rules, open(''));
  else yield* logSteps(request, rules, open);
}

function* scriptSteps(request: LineageRequest, rules: DialectRules, session: Session): Generator<Step> {
  let group = 0;
  for (const text of request.statements ?? [request.sql ?? '']) {
    const units = splitScript(text, rules);
    for (const unit of units) yield { unit: { ...unit, group: group + unit.group }, session };
    group += units.length + 1;
  }
}

function* logSteps(request: LineageRequest, rules: DialectRules, open: (name: string) => Session): Generator<Step | Renamed> {
  const sessions = new Map<string, Session>();
  const defaults = { database: request.defaultDatabase ?? null, schema: request.defaultSchema ?? null };
  let group = 0;
  for (const entry of request.sessionLog ?? []) {
    group += 1000;
    if ('rename' in entry) {
      const { from, to, swap } = entry.rename;
      yield { unit: null, from: namedTable(rules, from), to: namedTable(rules, to), swap };
      continue;
    }
    const name = entry.session ?? '';
    const session = sessions.get(name) ?? open(name);
    sessions.set(name, session);
    session.defaults = { database: entry.defaultDatabase ?? defaults.database, schema: entry.defaultSchema ?? defaults.schema };
    for (const unit of splitScript(entry.sql, rules)) yield { unit: { ...unit, group: group + unit.group }, session };
  }
}

function namedTable(rules: DialectRules, name: string): TableId {
  const parts = name.split('.').map((text) => ({ text, quoted: false }));
  return tableIdOf(rules, { parts, path: false }, { database: null, schema: null });
}
