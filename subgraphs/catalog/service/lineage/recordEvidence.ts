import type { Origin } from '../../../../kernel/audit/append.ts';
import { record, type Receipt, type Recorded } from '../../../../kernel/audit/record.ts';
import { digestOf } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import type { EdgeClaim, EdgeRow, Evidence } from '../../domain/lineage/edge.ts';
import { datasetEdges } from '../../domain/lineage/datasetEdges.ts';
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
  const ends = pieces.flatMap(({ claims }) => claims.flatMap(({ source, target }) => [source, target]));
  const resolved = await resolveEnds(tx, origin, ends);
  const outcomes: EvidenceOutcome[] = [];
  const happenings: Recorded[] = [];
  for (const piece of pieces) {
    const { rows, unresolved } = toRows(piece.claims, resolved);
    const changed = await replaceEdges(tx, piece, [...rows, ...datasetEdges(rows, resolved.datasetOf)]);
    outcomes.push({ ...changed, unresolved });
    if (changed.opened + changed.closed > 0) happenings.push(happening(piece, changed));
  }
  return { outcomes, receipt: await record(tx, origin, happenings) };
}

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
      const { type, subtype, expression, confidence, reasons } = claim;
      const row: EdgeRow = {
        source_no: source,
        target_no: target,
        level: isColumn || mixed ? 1 : 0,
        type,
        subtype,
        expression,
        confidence,
        reasons,
      };
      rows.set(`${source} ${target} ${type} ${subtype}`, row);
    }
  }
  return { rows: [...rows.values()], unresolved };
}

const happening = (piece: Evidence, changed: { opened: number; closed: number }): Recorded => ({
  action: 'catalog.lineage.recorded.v1',
  subject: { type: 'Evidence', id: piece.key, digest: digestOf({ key: piece.key, claims: piece.claims }) },
  aggregateId: piece.key,
  fields: ['edges'],
  detail: { origin: piece.origin, ...changed },
  payload: { evidenceKey: piece.key, ...changed },
});
