import { canonicalName, canonicalPart, type IdentifierRule } from '../../kernel/identifier.ts';
import type { Edge, EdgeKind, Flow, LineageResult, TableId } from '../model/model.ts';
import type { LineageRequest } from '../request.ts';
import type { AnalyzeColumns, EdgeClaim } from './claim.ts';

type Way = Pick<EdgeClaim, 'type' | 'subtype'>;

const WAYS: Readonly<Record<EdgeKind, Way>> = {
  identity: { type: 'DIRECT', subtype: 'IDENTITY' },
  transformation: { type: 'DIRECT', subtype: 'TRANSFORMATION' },
  aggregation: { type: 'DIRECT', subtype: 'AGGREGATION' },
  window: { type: 'INDIRECT', subtype: 'WINDOW' },
  condition: { type: 'INDIRECT', subtype: 'CONDITIONAL' },
  join: { type: 'INDIRECT', subtype: 'JOIN' },
  filter: { type: 'INDIRECT', subtype: 'FILTER' },
  group: { type: 'INDIRECT', subtype: 'GROUP_BY' },
  sort: { type: 'INDIRECT', subtype: 'SORT' },
};

const EXPRESSION_LENGTH_MAX = 500;

/** Our own SQL engine as what dbt needs of one. What shapes the rows of a query leads to the dataset as a whole. */
export const analyzeWith =
  (analyze: (request: LineageRequest) => Promise<LineageResult>, rule: IdentifierRule): AnalyzeColumns =>
  async ({ dialect, sql, schema, defaultDatabase, defaultSchema, target }) => {
    const known = Object.entries(schema).map(([table, columns]) => [table, Object.keys(columns)] as const);
    const { statements } = await analyze({ dialect, sql, schema: known, defaultDatabase, defaultSchema });
    // A model is one query; what hooks write elsewhere is no business of it.
    const query = statements.at(-1);
    if (query === undefined) return [];
    const claimOf = claimsInto(rule, target);
    return distinct([
      ...query.edges.flatMap((edge) => claimOf(edge, edge)),
      ...query.influences.flatMap((flow) => claimOf(flow, null)),
    ]);
  };

const claimsInto =
  (rule: IdentifierRule, target: { readonly namespace: string; readonly name: string }) =>
  (flow: Flow, edge: Edge | null): readonly EdgeClaim[] => {
    const { table, column, kind, confidence, reasons } = flow;
    const made = edge === null ? null : edge.targetColumn;
    // An output without a name cannot be asked for, and a star that nobody could expand is not a column.
    if (table === null || table.path || column === '' || column === '*' || (edge !== null && (made === null || made === '*')))
      return [];
    return [
      {
        source: { namespace: target.namespace, name: nameOf(rule, table), column: canonicalPart(rule, column) },
        target: { ...target, column: made === null ? null : canonicalPart(rule, made) },
        ...WAYS[kind],
        expression: edge?.text?.slice(0, EXPRESSION_LENGTH_MAX) ?? null,
        confidence,
        reasons: confidence < 1 ? reasons : [],
      },
    ];
  };

const nameOf = (rule: IdentifierRule, { parts }: TableId): string => canonicalName(rule, parts);

/** Each pair of ends and way once, as sure as the surest. */
function distinct(claims: readonly EdgeClaim[]): readonly EdgeClaim[] {
  const byKey = new Map<string, EdgeClaim>();
  for (const claim of claims) {
    const key = JSON.stringify([claim.source.name, claim.source.column, claim.target.column, claim.subtype]);
    const before = byKey.get(key);
    if (before === undefined || before.confidence < claim.confidence) byKey.set(key, claim);
  }
  return [...byKey.values()];
}
