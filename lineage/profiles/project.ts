import type { Coverage, Influence, LineageResult, TableId } from '../model/model.ts';
import { collapsed } from './collapse.ts';
import { columnName, tableName } from './names.ts';
import { rowsOf, type Row } from './rows.ts';
import { PROFILES, type ProfileName, type Switches } from './switches.ts';
import { tablesOf } from './tables.ts';
import { isAsked, targetName } from './targets.ts';

export type ColumnEdge = readonly [
  sourceTable: string | null,
  sourceColumn: string,
  targetTable: string | null,
  targetColumn: string,
];

export interface ProjectedEdge {
  readonly source: readonly [table: string | null, column: string];
  readonly target: readonly [table: string | null, column: string];
  readonly kind: Row['kind'];
  readonly masking: boolean;
  readonly confidence: number;
  readonly reasons: readonly string[];
  readonly candidates: readonly string[];
  readonly text: string | null;
  readonly span: Row['span'];
  readonly statement: number;
  /** Of the target among the outputs of its statement. */
  readonly position: number;
}

export interface Projection {
  readonly sources: readonly string[];
  readonly targets: readonly string[];
  readonly columns: readonly ColumnEdge[];
  readonly tableEdges: readonly (readonly [string, string])[];
  readonly edges: readonly ProjectedEdge[];
  readonly influences: readonly {
    readonly source: readonly [string | null, string];
    readonly target: string | null;
    readonly kind: Row['kind'];
  }[];
  readonly coverage: Coverage;
  readonly error: string | null;
}

/** The native model under the conventions of another tool. */
export function project(result: LineageResult, profile: ProfileName): Projection {
  const switches = PROFILES[profile];
  const tables = tablesOf(result, switches);
  const rows = collapsed(rowsOf(result, switches), (key) => tables.middle.has(key), switches.collapse === 'intermediate');
  const seen = firstOutputs(rows, switches).filter((row) => shown(row, switches, result));
  const name = (table: TableId | null): string | null => (table === null ? null : tableName(table, switches));
  const unnamed = unnamedOutputs(seen, switches);
  const edges = seen.map((row) => projected(row, switches, { name, unnamed, result }));
  return {
    sources: unique(tables.sources.map(name)),
    targets: unique(tables.targets.map(name)),
    columns: uniqueEdges(edges),
    tableEdges: tableEdges(edges),
    edges,
    influences: influencesOf(result, name),
    coverage: result.coverage,
    error: errorOf(result),
  };
}

const unique = (names: readonly (string | null)[]): readonly string[] => [...new Set(names.filter((name) => name !== null))];

function shown(row: Row, switches: Switches, result: LineageResult): boolean {
  if (row.reasons.includes('ROW_COUNT') && switches.rowCount === 'none') return false;
  if (row.column === '*' && row.targetColumn === '*' && switches.unexpandedStar === 'none') return false;
  if (row.reasons.includes('OTHER_SIDE') && switches.mergedColumns === 'kept') return false;
  if (row.reasons.includes('LOOKUP') && switches.lookups === 'none') return false;
  if (row.table === null && switches.unknownOwner === 'none') return false;
  if (row.table?.path === true && switches.paths === 'none') return false;
  if (switches.indirect === 'none' && (row.kind === 'window' || row.kind === 'condition')) return false;
  return isAsked(row, switches, result);
}

interface Names {
  readonly name: (table: TableId | null) => string | null;
  readonly unnamed: (row: Row) => string;
  readonly result: LineageResult;
}

function projected(row: Row, switches: Switches, { name, unnamed, result }: Names): ProjectedEdge {
  return {
    source: [name(row.table), columnName(row, switches)],
    target: [targetName(row, switches, result), row.targetColumn ?? unnamed(row)],
    kind: row.kind,
    masking: row.masking,
    confidence: row.confidence,
    reasons: row.reasons,
    candidates: unique(row.candidates.map(name)),
    text: row.text,
    span: row.span,
    statement: row.statement,
    position: row.position,
  };
}

/** Where two outputs of a query have one name, only the first can be asked for. */
function firstOutputs(rows: readonly Row[], switches: Switches): readonly Row[] {
  if (switches.duplicateOutputs === 'both') return rows;
  const first = new Map<string, number>();
  for (const row of rows) {
    const key = outputKey(row);
    first.set(key, Math.min(first.get(key) ?? row.position, row.position));
  }
  return rows.filter((row) => row.targetColumn === null || row.target !== null || first.get(outputKey(row)) === row.position);
}

const outputKey = (row: Row): string => `${row.statement}\0${row.target?.key ?? ''}\0${row.targetColumn?.toLowerCase() ?? ''}`;

/** What outputs without a name are called. */
function unnamedOutputs(rows: readonly Row[], switches: Switches): (row: Row) => string {
  if (switches.unnamed === 'position') return (row) => `_col_${row.position}`;
  const order = new Map<string, number>();
  for (const row of rows) {
    const key = `${row.statement}\0${row.position}`;
    if (row.targetColumn === null && !order.has(key)) order.set(key, order.size);
  }
  return (row) => `_${order.get(`${row.statement}\0${row.position}`) ?? 0}`;
}

function uniqueEdges(edges: readonly ProjectedEdge[]): readonly ColumnEdge[] {
  const found = new Map<string, ColumnEdge>();
  for (const { source, target } of edges) {
    const edge: ColumnEdge = [...source, ...target];
    found.set(JSON.stringify(edge), edge);
  }
  return [...found.values()];
}

function tableEdges(edges: readonly ProjectedEdge[]): readonly (readonly [string, string])[] {
  const found = new Map<string, readonly [string, string]>();
  for (const { source, target } of edges)
    if (source[0] !== null && target[0] !== null) found.set(`${source[0]}\0${target[0]}`, [source[0], target[0]]);
  return [...found.values()];
}

const influencesOf = (result: LineageResult, name: (table: TableId | null) => string | null): Projection['influences'] =>
  result.statements.flatMap(({ influences }) =>
    influences.map((each: Influence) => ({
      source: [name(each.table), each.column] as const,
      target: name(each.target),
      kind: each.kind,
    })),
  );

function errorOf(result: LineageResult): string | null {
  const fault = result.problems.find(({ code }) => code !== 'UNRESOLVED');
  return fault === undefined ? null : `${fault.code}: ${fault.message}`;
}
