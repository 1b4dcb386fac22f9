import type { Origin } from '../../../../kernel/audit/append.ts';
import { record, type Receipt, type Recorded } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { groupBy } from '../../../../kernel/groupBy.ts';
import { EDGE_FIELDS, edgesDigest } from '../../domain/lineage/edgesDigest.ts';
import type { EdgeClaim, EdgeEnd, EdgeRow, Evidence } from '../../domain/lineage/edge.ts';
import { datasetEdges } from '../../domain/lineage/datasetEdges.ts';
import { evidenceReferences } from '../../store/evidenceReferences.ts';
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
  const changed = pieces.flatMap((piece, i) => {
    const count = counts[i] ?? NOTHING;
    return count.opened + count.closed === 0 ? [] : [{ piece, count }];
  });
  const references = await evidenceReferences(
    tx,
    changed.map(({ piece }) => piece.key),
  );
  const happenings = changed.map(({ piece, count }) => {
    const edges = (edgesOf.get(piece.key) ?? []).flatMap((one) => one.edges);
    return happening(piece, references.get(piece.key) ?? '', edges, count);
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

/** A job's lineage is told of the job, so that its trail has it; of anything else, of the evidence itself. */
const happening = (
  { key, jobId, origin }: Evidence,
  reference: string,
  edges: readonly EdgeRow[],
  changed: { readonly opened: number; readonly closed: number },
): Recorded => ({
  action: 'catalog.lineage.recorded.v1',
  subject: {
    type: jobId === undefined ? 'Evidence' : 'Job',
    id: jobId ?? reference,
    digest: edgesDigest(reference, edges),
  },
  aggregateId: reference,
  fields: EDGE_FIELDS,
  detail: { origin, ...changed },
  payload: { evidenceKey: key, ...changed },
});
