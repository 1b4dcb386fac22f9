import { canonicalJson, type Digest, digestOf } from '../../../../kernel/canonical.ts';
import type { EdgeRow } from './edge.ts';

type Stated = Pick<EdgeRow, 'source_no' | 'target_no' | 'type' | 'subtype' | 'expression' | 'confidence' | 'masking'>;

/** Fields of an event whose digest is the one below; events before it had digests of what was claimed, by names. */
export const EDGE_FIELDS = ['edges', 'expression', 'confidence', 'masking'] as const;

/**
 * The digest of the edges that a piece of evidence has, in whatever order. What else is known of an edge may change unsaid.
 * @param key what the log calls the evidence by
 */
export function edgesDigest(key: string, edges: readonly Stated[]): Digest {
  const rows = new Set(edges.map((edge) => canonicalJson(partsOf(edge))));
  return digestOf({ key, edges: [...rows].toSorted() });
}

// Confidence is stored in single precision.
const partsOf = ({ source_no, target_no, type, subtype, expression, confidence, masking }: Stated) => [
  source_no,
  target_no,
  type,
  subtype,
  expression,
  Math.fround(confidence),
  masking,
];
