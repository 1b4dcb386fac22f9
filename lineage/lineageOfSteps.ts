import type { DialectRules } from './dialect/rules.ts';
import type { Query } from './ir/ir.ts';
import { lineageOf, renamedOutside, summed } from './lineageOfUnit.ts';
import type { LineageResult, StatementLineage } from './model/model.ts';
import type { Parsed } from './parser/sqlParser.ts';
import type { LineageRequest } from './request.ts';
import type { Created, Session } from './session/session.ts';
import { Views } from './session/views.ts';
import { stepsOf, type Foretold } from './sessions.ts';

/** The lineage of a request whose statements are parsed by `parse`, in their order. */
export function lineageOfSteps(request: LineageRequest, rules: DialectRules, parse: (text: string) => Parsed): LineageResult {
  const first = walked(request, rules, parse, new Map());
  // A log may tell of a temporary table after it tells who read it.
  const early = request.sessionLog !== undefined && first.foretold.size > 0;
  const { statements } = early ? walked(request, rules, parse, first.foretold) : first;
  const script =
    request.sessionLog !== undefined ||
    request.statements !== undefined ||
    new Set(statements.map(({ group }) => group)).size > 1;
  return summed(rules.id, script, statements);
}

function viewsOf(request: LineageRequest, parse: (text: string) => Parsed): Views {
  const found: (readonly [string, Query])[] = [];
  for (const [name, sql] of request.views ?? []) {
    const parsed = parse(sql);
    const first = parsed.ok ? parsed.statements[0] : undefined;
    if (first?.kind === 'query') found.push([name, first.query]);
  }
  return new Views(found);
}

function walked(request: LineageRequest, rules: DialectRules, parse: (text: string) => Parsed, foretold: Foretold) {
  const statements: StatementLineage[] = [];
  const sessions = new Map<string, Session>();
  for (const step of stepsOf(request, rules, viewsOf(request, parse), foretold)) {
    if (step.unit === null) statements.push(renamedOutside(step));
    else {
      sessions.set(step.session.name, step.session);
      statements.push(...lineageOf(step.unit, parse(step.unit.sql), rules, step.session));
    }
  }
  const will = new Map<string, ReadonlyMap<string, Created>>();
  for (const [name, session] of sessions) if (session.firsts.size > 0) will.set(name, session.firsts);
  return { statements, foretold: will };
}
