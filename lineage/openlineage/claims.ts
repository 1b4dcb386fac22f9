import { type Claim, distinctClaims } from './claim.ts';
import { columnClaims } from './columnClaims.ts';
import { edgeClaims, edgesInForce } from './edgesFacet.ts';
import { type Named, namedKey, type Statement } from './statement.ts';

/** A job that reads and writes hundreds of datasets says little with each pair of them. */
const PAIRS_MAX = 10_000;

/**
 * The edges that a statement means: those of its column lineage, and from every input to every output that has none. An input
 * that no column lineage speaks of still went into the job: it keeps an edge that is less sure. An output that states all its
 * edges one by one has those.
 */
export function claimsOf({ inputs, outputs: all }: Statement): readonly Claim[] {
  const stated = all.flatMap((output) => {
    const edges = edgesInForce(output.edges, output.columnLineage);
    return edges === null ? [] : [{ output, edges }];
  });
  const outputs = all.filter((output) => !stated.some((one) => one.output === output));
  const byColumns = outputs.flatMap((output) => columnClaims(output, output.columnLineage?.value ?? null));
  const explained = new Set(byColumns.map(({ source }) => namedKey(source)));
  const pairs: Claim[] = [];
  for (const output of outputs) {
    const hasColumns = (output.columnLineage?.value ?? null) !== null;
    for (const input of inputs) {
      if (namedKey(input) === namedKey(output) || (hasColumns && explained.has(namedKey(input)))) continue;
      if (pairs.length < PAIRS_MAX) pairs.push(pair(input, output, hasColumns, outputs.length));
    }
  }
  return distinctClaims([...pairs, ...byColumns, ...stated.flatMap(({ output, edges }) => edgeClaims(output, edges))]);
}

function pair(input: Named, output: Named, hasColumns: boolean, outputs: number): Claim {
  const [confidence, reasons] = hasColumns
    ? [0.5, ['NOT_IN_COLUMN_LINEAGE'] as const]
    : outputs > 1
      ? [0.8, ['JOB_LEVEL'] as const]
      : [1, []];
  return {
    source: { namespace: input.namespace, name: input.name, column: null },
    target: { namespace: output.namespace, name: output.name, column: null },
    type: 'DIRECT',
    subtype: 'TRANSFORMATION',
    expression: null,
    masking: false,
    confidence,
    reasons,
  };
}
