import type { Flow, LineageResult, StatementLineage, TableId } from '../../../../lineage/model/model.ts';
import { identifierRule } from '../../../../kernel/identifier.ts';
import type { Evidence, EdgeEnd } from '../../domain/lineage/edge.ts';
import { queryClaims, type QueryFlow } from '../../domain/lineage/queryClaims.ts';
import { candidates, type AnalyzedStatement, type SeenStatement } from '../../domain/lineage/statement.ts';
import { withoutPlaceholders } from '../../domain/lineage/statementText.ts';
import type { NamedTable } from '../../store/queryStatements.ts';
import type { Analyze } from './deriveViews.ts';

/** A statement whose names are known as they are written, and not yet what they stand for. */
export interface BlindStatement {
  readonly seen: SeenStatement;
  readonly result: LineageResult;
  readonly tables: readonly TableId[];
  /** All that its names may stand for. */
  readonly names: readonly string[];
}

export interface StatementFinding {
  readonly analyzed: AnalyzedStatement;
  readonly claims: Evidence['claims'];
  readonly dialect: string;
}

interface Where {
  readonly analyze: Analyze;
  readonly platform: string;
  readonly namespace: string;
}

export async function analyzeBlind(
  { analyze, platform }: Where,
  seen: SeenStatement,
  signal: AbortSignal,
): Promise<BlindStatement> {
  const result = await analyze({ dialect: platform, sql: withoutPlaceholders(seen.text), signal });
  const tables = tablesOf(result);
  const rule = identifierRule(platform);
  return { seen, result, tables, names: [...new Set(tables.flatMap(({ parts }) => candidates(rule, seen, parts)))] };
}

/** What the statement does with the tables that the catalog has, whose columns are known now. */
export async function analyzeKnown(
  where: Where,
  blind: BlindStatement,
  known: ReadonlyMap<string, NamedTable>,
  signal: AbortSignal,
): Promise<StatementFinding> {
  const { seen, tables, names } = blind;
  const problem = unreadable(blind.result);
  const meant = new Map(tables.flatMap((table) => meaningOf(where.platform, seen, table, known)));
  const isTransient = blind.result.problems.some(({ code }) => code === 'TOO_SLOW');
  const nothing = { seen, names, reads: [], writes: [], coverage: null, problem, isTransient };
  if (problem !== null) return { analyzed: { ...nothing, outcome: 'unread' }, claims: [], dialect: blind.result.dialect };
  if (meant.size === 0) return { analyzed: { ...nothing, outcome: 'foreign' }, claims: [], dialect: blind.result.dialect };
  const schema = tables.flatMap(({ key, parts }) => {
    const table = meant.get(key);
    return table === undefined ? [] : [[parts.map(quoted).join('.'), table.columns] as const];
  });
  const result = await where.analyze({ dialect: where.platform, sql: withoutPlaceholders(seen.text), schema, signal });
  const claims = queryClaims(result.statements.flatMap((statement) => flowsOf(where, statement, meant)));
  const numbers = (ids: readonly TableId[]): readonly string[] => [
    ...new Set(ids.flatMap(({ key }) => meant.get(key)?.no ?? [])),
  ];
  return {
    analyzed: {
      ...nothing,
      outcome: claims.length > 0 ? 'moves' : 'touches',
      reads: numbers(result.statements.flatMap(({ reads, unusedReads }) => [...reads, ...unusedReads])),
      writes: numbers(result.statements.flatMap(({ writes, touches }) => [...writes, ...touches])),
      coverage: result.coverage,
    },
    claims,
    dialect: result.dialect,
  };
}

/** Why nobody can read it; a column without an owner is no reason. */
const unreadable = ({ problems, statements }: LineageResult): string | null =>
  problems.find(({ code }) => code !== 'UNRESOLVED')?.message ??
  (statements.length === 0 ? 'There is no statement in it.' : null);

/** What a session itself made for itself is nobody else's table. */
function tablesOf({ statements }: LineageResult): readonly TableId[] {
  const tables = statements.flatMap(({ reads, unusedReads, writes, touches, edges, influences, temporary }) => {
    const own = new Set(temporary.map(({ key }) => key));
    const all = [
      ...reads,
      ...unusedReads,
      ...writes,
      ...touches,
      ...[...edges, ...influences].flatMap(({ table }) => table ?? []),
    ];
    return all.filter(({ key, path }) => !path && !own.has(key));
  });
  return [...new Map(tables.map((table) => [table.key, table])).values()];
}

function meaningOf(
  platform: string,
  seen: SeenStatement,
  { key, parts }: TableId,
  known: ReadonlyMap<string, NamedTable>,
): readonly (readonly [key: string, table: NamedTable])[] {
  const found = candidates(identifierRule(platform), seen, parts).find((name) => known.has(name));
  const table = found === undefined ? undefined : known.get(found);
  return table === undefined ? [] : [[key, table]];
}

const quoted = (part: string): string => (part.includes('"') ? `\`${part}\`` : `"${part}"`);

function flowsOf(where: Where, statement: StatementLineage, meant: ReadonlyMap<string, NamedTable>): readonly QueryFlow[] {
  const flow = (
    { table, column, kind, confidence, reasons, masking }: Flow,
    target: EdgeEnd | null,
    expression: string | null,
  ): readonly QueryFlow[] => {
    const from = table === null ? undefined : meant.get(table.key);
    if (from === undefined || target === null) return [];
    const source = endOf(where, from, column === '*' ? null : column);
    // All columns, or the count of the rows: what flows is the dataset.
    const to = source.column === null ? { ...target, column: null } : target;
    return [{ source, target: to, kind, expression, confidence, reasons, masking }];
  };
  return [
    ...statement.edges.flatMap((edge) => flow(edge, targetOf(where, edge.target, edge.targetColumn, meant), edge.text)),
    ...statement.influences.flatMap((influence) => flow(influence, targetOf(where, influence.target, null, meant), null)),
  ];
}

/** A table of the catalog, or a file that the engine writes on its own machine. */
function targetOf(
  where: Where,
  table: TableId | null,
  column: string | null,
  meant: ReadonlyMap<string, NamedTable>,
): EdgeEnd | null {
  if (table === null) return null;
  const known = meant.get(table.key);
  if (known !== undefined) return endOf(where, known, column === '*' ? null : column);
  const path = table.path ? (table.parts[0] ?? '') : '';
  const host = URL.canParse(where.namespace) ? new URL(where.namespace).hostname : '';
  return path.startsWith('/') && host !== '' ? { namespace: `file://${host}`, name: path, column } : null;
}

/** The column as its table has it: names are compared without case here, and may still carry an alias. */
function endOf({ namespace }: Where, { canonical, columns }: NamedTable, column: string | null): EdgeEnd {
  if (column === null) return { namespace, name: canonical, column: null };
  const last = column.slice(column.lastIndexOf('.') + 1);
  const same = (wanted: string): string | undefined =>
    columns.find((name) => name === wanted) ?? columns.find((name) => name.toLowerCase() === wanted.toLowerCase());
  return { namespace, name: canonical, column: same(column) ?? same(last) ?? column };
}
