import type { No } from '../asset.ts';
import type { EdgeRow } from './edge.ts';

/** The edges between datasets that edges between columns mean: one for each pair, as strong and as sure as the surest of them. */
export function datasetEdges(edges: readonly EdgeRow[], datasetOf: (no: No) => No): readonly EdgeRow[] {
  const byPair = new Map<string, EdgeRow>();
  for (const edge of edges) {
    if (edge.level === 0) continue;
    const source_no = datasetOf(edge.source_no);
    const target_no = datasetOf(edge.target_no);
    if (source_no === target_no) continue;
    const key = `${source_no} ${target_no}`;
    const before = byPair.get(key);
    if (before === undefined || isStronger(edge, before)) {
      const subtype = edge.type === 'DIRECT' ? 'TRANSFORMATION' : edge.subtype;
      byPair.set(key, { ...edge, source_no, target_no, level: 0, subtype, expression: null, masking: false });
    }
  }
  const stated = new Set(edges.filter(({ level }) => level === 0).map((edge) => `${edge.source_no} ${edge.target_no}`));
  return [...byPair].filter(([key]) => !stated.has(key)).map(([, edge]) => edge);
}

const isStronger = (a: EdgeRow, b: EdgeRow): boolean => (a.type === b.type ? a.confidence > b.confidence : a.type === 'DIRECT');
