import { dialectOf } from './dialect/dialectOf.ts';
import type { DialectRules } from './dialect/rules.ts';
import type { LineageResult, StatementLineage } from './model/model.ts';
import { parseStatement } from './parser/mainParser.ts';
import type { LineageRequest } from './request.ts';
import { lineageOf, summed } from './run.ts';
import { stepsOf } from './sessions.ts';

/** In this thread and at once: for tests, for scripts, for whoever has a thread of his own. */
export function analyzeNow(request: LineageRequest): LineageResult {
  const rules = rulesOf(request);
  const statements: StatementLineage[] = [];
  for (const step of stepsOf(request, rules)) {
    if (step.unit === null) continue;
    statements.push(...lineageOf(step.unit, parseStatement(step.unit.text, rules), rules, step.session));
  }
  return summed(rules.id, statements);
}

function rulesOf(request: LineageRequest): DialectRules {
  const rules = dialectOf(request.dialect);
  if (request.lateralAliases === undefined) return rules;
  return { ...rules, lateralAliases: request.lateralAliases ? 'column-first' : 'never' };
}
