import { applyStatement } from './effects/applyStatement.ts';
import type { DialectRules } from './dialect/rules.ts';
import { doubted } from './model/flows.ts';
import type { Coverage, Flow, LineageResult, Problem, Reason, StatementLineage } from './model/model.ts';
import type { Parsed } from './parser/sqlParser.ts';
import type { Session } from './session/session.ts';
import type { Unit } from './split/splitScript.ts';

const DOUBT: Partial<Readonly<Record<Reason, number>>> = { REPAIRED: 0.9, FALLBACK_DIALECT: 0.6, SECOND_PARSER: 0.9, PARSERS_DISAGREE: 0.5 };

/** The lineage of one parsed statement in its session. Never throws for what stands in the statement. */
export function lineageOf(unit: Unit, parsed: Parsed, rules: DialectRules, session: Session): readonly StatementLineage[] {
  if (!parsed.ok) return [failed(unit, { code: parsed.code, message: parsed.message, span: parsed.at === null ? null : { start: parsed.at, end: parsed.at } })];
  return parsed.statements.map((statement) => {
    try {
      const { outcome, notes } = applyStatement(rules, session, statement);
      const doubt = <T extends Flow>(flow: T): T => parsed.doubts.reduce<T>((each, reason) => ({ ...each, ...doubted(each, reason, DOUBT[reason] ?? 1) }), flow);
      const writes = [...outcome.writes.values()];
      const reads = [...notes.reads.values()];
      return {
        kind: statement.kind,
        ...place(unit),
        reads,
        writes,
        touches: [...outcome.touches.values()],
        temporary: [...writes, ...reads].filter((table) => session.isTemporary(table)),
        edges: outcome.edges.map(doubt),
        influences: outcome.influences.map(doubt),
        renames: outcome.renames,
        coverage: { references: notes.references, resolved: notes.resolved },
        problems: notes.unresolved.map((name): Problem => ({ code: 'UNRESOLVED', message: `${name} has no single owner in reach.`, span: null })),
      };
    } catch (error) {
      if (error instanceof RangeError) return failed(unit, { code: 'TOO_DEEP', message: 'The statement is nested too deeply.', span: null });
      throw error;
    }
  });
}

const place = (unit: Unit) => ({ text: unit.text, span: unit.offset === null ? null : { start: unit.offset, end: unit.offset + unit.text.length } });

function failed(unit: Unit, problem: Problem): StatementLineage {
  return {
    kind: 'unknown', ...place(unit), reads: [], writes: [], touches: [], temporary: [], edges: [], influences: [], renames: [],
    coverage: { references: 0, resolved: 0 }, problems: [problem],
  };
}

export function summed(dialect: string, statements: readonly StatementLineage[]): LineageResult {
  const coverage = statements.reduce<Coverage>(
    (sum, { coverage: own }) => ({ references: sum.references + own.references, resolved: sum.resolved + own.resolved }),
    { references: 0, resolved: 0 },
  );
  return { dialect, statements, coverage, problems: statements.flatMap(({ problems }) => problems) };
}
