import { applyStatement } from './effects/applyStatement.ts';
import type { DialectRules } from './dialect/rules.ts';
import type { Span, Statement } from './ir/ir.ts';
import { ExpressionTexts } from './model/expressionText.ts';
import { doubted } from './model/flows.ts';
import type { Coverage, Edge, Flow, LineageResult, Problem, Reason, StatementLineage, TableId } from './model/model.ts';
import type { Parsed } from './parser/sqlParser.ts';
import type { Session } from './session/session.ts';
import type { Unit } from './split/splitScript.ts';

const DOUBT: Partial<Readonly<Record<Reason, number>>> = {
  REPAIRED: 0.9,
  FALLBACK_DIALECT: 0.6,
  SECOND_PARSER: 0.9,
  PARSERS_DISAGREE: 0.5,
  GUESSED: 0.3,
};

/** The lineage of one parsed statement in its session. Never throws for what stands in the statement. */
export function lineageOf(unit: Unit, parsed: Parsed, rules: DialectRules, session: Session): readonly StatementLineage[] {
  if (parsed.ok) return parsed.statements.map((statement) => lineageOfStatement(unit, statement, parsed, { rules, session }));
  const problem: Problem = {
    code: parsed.code,
    message: parsed.message,
    span: parsed.at === null ? null : { start: parsed.at, end: parsed.at },
  };
  if (parsed.guess === undefined) return [failed(unit, problem)];
  const guessed = lineageOfStatement(unit, parsed.guess, { doubts: ['GUESSED'], inPlace: false }, { rules, session });
  return [{ ...guessed, problems: [problem, ...guessed.problems] }];
}

interface Reading {
  readonly doubts: readonly Reason[];
  readonly inPlace: boolean;
}

interface Where {
  readonly rules: DialectRules;
  readonly session: Session;
}

function lineageOfStatement(
  unit: Unit,
  statement: Statement,
  { doubts, inPlace }: Reading,
  { rules, session }: Where,
): StatementLineage {
  try {
    const { outcome, notes } = applyStatement(rules, session, statement);
    const doubt = <T extends Flow>(flow: T): T => (doubts.length === 0 ? flow : { ...flow, ...allDoubted(flow, doubts) });
    const writes = [...outcome.writes.values()];
    const reads = [...notes.reads.values()];
    return {
      kind: statement.kind,
      ...place(unit),
      reads,
      unusedReads: [...notes.behindCtes.values()].filter(({ key }) => !notes.reads.has(key)),
      writes,
      touches: [...outcome.touches.values()],
      temporary: [...writes, ...reads].filter((table) => session.isTemporary(table)),
      locations: outcome.locations,
      drops: outcome.drops,
      edges: (inPlace
        ? placedEdges(unit.text, rules, outcome.edges)
        : outcome.edges.map((edge) => ({ ...edge, span: null }))
      ).map(doubt),
      constants: outcome.constants,
      influences: outcome.influences.map(doubt),
      renames: outcome.renames,
      coverage: { references: notes.references, resolved: notes.resolved },
      problems: notes.unresolved.map((name): Problem => ({
        code: 'UNRESOLVED',
        message: `${name} has no single owner in reach.`,
        span: null,
      })),
    };
  } catch (error) {
    if (error instanceof RangeError)
      return failed(unit, { code: 'TOO_DEEP', message: `The statement is nested too deeply: ${error.message}`, span: null });
    throw error;
  }
}

function allDoubted(flow: Flow, doubts: readonly Reason[]): Flow {
  let doubtful = flow;
  for (const reason of doubts) doubtful = doubted(doubtful, reason, DOUBT[reason] ?? 1);
  return doubtful;
}

/** Edges with the text of the expression that makes them. */
function placedEdges(text: string, rules: DialectRules, edges: readonly Edge[]): readonly Edge[] {
  const texts = new ExpressionTexts(text, rules);
  const spans = new Map<string, Span>();
  return edges.map((edge) => {
    if (edge.span === null) return edge;
    const key = `${edge.span.start}:${edge.span.end}`;
    const span = spans.get(key) ?? texts.spanOf(edge.span);
    spans.set(key, span);
    return { ...edge, span, text: text.slice(span.start, span.end) };
  });
}

const place = (unit: Unit) => ({
  text: unit.text,
  group: unit.group,
  span: unit.offset === null ? null : { start: unit.offset, end: unit.offset + unit.text.length },
});

function failed(unit: Unit, problem: Problem): StatementLineage {
  return { ...EMPTY, ...place(unit), problems: [problem] };
}

const EMPTY: Omit<StatementLineage, 'text' | 'span' | 'group'> = {
  kind: 'unknown',
  reads: [],
  unusedReads: [],
  writes: [],
  touches: [],
  temporary: [],
  locations: [],
  drops: [],
  edges: [],
  constants: [],
  influences: [],
  renames: [],
  coverage: { references: 0, resolved: 0 },
  problems: [],
};

export function summed(dialect: string, script: boolean, statements: readonly StatementLineage[]): LineageResult {
  const coverage = statements.reduce<Coverage>(
    (sum, { coverage: own }) => ({ references: sum.references + own.references, resolved: sum.resolved + own.resolved }),
    { references: 0, resolved: 0 },
  );
  return { dialect, script, statements, coverage, problems: statements.flatMap(({ problems }) => problems) };
}

/** A renaming that nobody wrote as SQL. */
export function renamedOutside({
  from,
  to,
  swap,
}: {
  readonly from: TableId;
  readonly to: TableId;
  readonly swap: boolean;
}): StatementLineage {
  return { ...EMPTY, kind: swap ? 'swap' : 'rename', text: '', group: -1, span: null, renames: [{ from, to, swap }] };
}
