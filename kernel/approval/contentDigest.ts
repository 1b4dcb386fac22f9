import { type Digest, digestOf } from '../canonical.ts';
import type { Subject } from './subjectRow.ts';
import type { Target } from './target.ts';

/** What is frozen. Access is to a dataset of these tags: what else changes about it does not matter. */
export const contentDigestOf = ({ subjectId, tags, contentDigest }: Subject, { kind, key }: Target): Digest | null =>
  kind === 'DATASET_ACCESS'
    ? digestOf({ action: 'read', datasetId: subjectId, principalId: key, tags: tags.toSorted() })
    : contentDigest;
