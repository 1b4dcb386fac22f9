import type { Origin } from '../../../../kernel/audit/append.ts';
import { record, type Receipt, type Recorded } from '../../../../kernel/audit/record.ts';
import type { Digest } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { groupBy } from '../../../../kernel/groupBy.ts';
import { EDGE_FIELDS, edgesDigest } from '../../domain/lineage/edgesDigest.ts';
import type { EdgeClaim, EdgeEnd, EdgeRow, Evidence } from '../../domain/lineage/edge.ts';
import { datasetEdges } from '../../domain/lineage/datasetEdges.ts';
import { markSeen } from '../../store/evidenceSeen.ts';
import { replaceEdges } from '../../store/lineageEdges.ts';
import { resolveEnds, type Resolved } from './resolveEnds.ts';

export interface EvidenceOutcome {
  readonly opened: number;
  readonly closed: number;
  /** Claims about columns that a crawled dataset does not have: no edge hangs on what is not there. */
  readonly unresolved: readonly EdgeClaim[];
}

/**
 * Stores what pieces of evidence say about lineage, replacing what each said before, and tells others when anything changed.
 * Datasets that nobody has crawled are made, so that events may come before their tables do.
 */
export async function recordEvidence(
  tx: Tx,
  origin: Origin,
  pieces: readonly Evidence[],
): Promise<{ readonly outcomes: readonly EvidenceOutcome[]; readonly receipt: Receipt }> {
  const { outcomes, happenings } = await storeEvidence(tx, pieces, (ends) => resolveEnds(tx, origin, ends));
  return { outcomes, receipt: await record(tx, origin, happenings) };
}

/** The same for those who look names up themselves, and who record what happened together with other things. */
export async function storeEvidence(
  tx: Tx,
  pieces: readonly Evidence[],
  resolve: (ends: readonly EdgeEnd[]) => Promise<Resolved>,
): Promise<{ readonly outcomes: readonly EvidenceOutcome[]; readonly happenings: readonly Recorded[] }> {
  const resolved = await resolve(pieces.flatMap(({ claims }) => claims.flatMap(({ source, target }) => [source, target])));
  const told = pieces.map((piece) => {
    const { rows, unresolved } = toRows(piece.claims, resolved);
    return { ...piece, unresolved, edges: [...rows, ...datasetEdges(rows, resolved.datasetOf)] };
  });
  const counts = await replaceEdges(tx, told);
  await markSeen(
    tx,
    told.filter(({ edges }) => edges.length > 0).map(({ key }) => key),
  );
  const outcomes = told.map(({ unresolved }, i) => ({ ...(counts[i] ?? NOTHING), unresolved }));
  const edgesOf = groupBy(told, ({ key }) => key);
  const happenings = pieces.flatMap((piece, i) => {
    const changed = counts[i] ?? NOTHING;
    if (changed.opened + changed.closed === 0) return [];
    const edges = (edgesOf.get(piece.key) ?? []).flatMap((one) => one.edges);
    return [happening(piece, edgesDigest(piece.key, edges), changed)];
  });
  return { outcomes, happenings };
}

const NOTHING = { opened: 0, closed: 0 };

function toRows(
  claims: readonly EdgeClaim[],
  resolved: Resolved,
): { rows: readonly EdgeRow[]; unresolved: readonly EdgeClaim[] } {
  const rows = new Map<string, EdgeRow>();
  const unresolved: EdgeClaim[] = [];
  for (const claim of claims) {
    const source = resolved.numberOf(claim.source);
    const target = resolved.numberOf(claim.target);
    const isColumn = claim.source.column !== null && claim.target.column !== null;
    // Filters and joins shape every row: OpenLineage hangs them on the dataset as a whole.
    const mixed = claim.source.column !== null && claim.target.column === null;
    if (source === null || target === null) unresolved.push(claim);
    else {
      const { type, subtype, expression, confidence, reasons, masking = false } = claim;
      const row: EdgeRow = {
        source_no: source,
        target_no: target,
        level: isColumn || mixed ? 1 : 0,
        type,
        subtype,
        expression,
        confidence,
        reasons,
        masking,
      };
      rows.set(`${source} ${target} ${type} ${subtype}`, row);
    }
  }
  return { rows: [...rows.values()], unresolved };
}

const happening = (piece: Evidence, digest: Digest, changed: { opened: number; closed: number }): Recorded => ({
  action: 'catalog.lineage.recorded.v1',
  subject: { type: 'Evidence', id: piece.key, digest },
  aggregateId: piece.key,
  fields: EDGE_FIELDS,
  detail: { origin: piece.origin, ...changed },
  payload: { evidenceKey: piece.key, ...changed },
});
