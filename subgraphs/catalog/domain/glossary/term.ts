import { type Digest, digestOf } from '../../../../kernel/canonical.ts';
import type { ResourceFacts } from '../../../../kernel/policy/describe.ts';
import type { Instant } from '../../../../kernel/time.ts';
import type { No } from '../asset.ts';

export type TermState = 'draft' | 'published' | 'deprecated';

/** A term of the business as it is stored. */
export interface Term {
  readonly no: No;
  readonly id: string;
  readonly name: string;
  readonly foldedName: string;
  readonly definition: string;
  readonly parentNo: No | null;
  readonly parentId: string | null;
  readonly synonyms: readonly string[];
  /** Those that it names; others may name it. */
  readonly relatedNos: readonly No[];
  readonly ownerIds: readonly string[];
  /** What was last said of it. */
  readonly said: TermState;
  /** The same, unless the approval by which it was published has ended: then it is a draft. */
  readonly state: TermState;
  readonly approvalId: string | null;
  readonly version: number;
  readonly createdBy: string;
  readonly wordedBy: string;
  readonly createdAt: Instant;
  readonly updatedAt: Instant;
}
export type GlossaryTerm = Term;

/** A term on an asset, and since when. */
export interface AssignedTerm {
  readonly term: Term;
  readonly since: Instant;
}

/** What may need approval. */
export const PUBLISHED = { kind: 'GLOSSARY_TERM_PUBLISHED', key: '' } as const;

/** What is approved of a term: what it says, and where it stands. */
export const wordsDigest = ({
  name,
  definition,
  parentId,
  synonyms,
}: Pick<Term, 'name' | 'definition' | 'parentId' | 'synonyms'>): Digest => digestOf({ name, definition, parentId, synonyms });

type Stored = Pick<
  Term,
  'id' | 'name' | 'definition' | 'parentId' | 'synonyms' | 'relatedNos' | 'ownerIds' | 'said' | 'approvalId'
>;

/** What events say of the state after them. */
export const termDigest = ({
  id,
  name,
  definition,
  parentId,
  synonyms,
  relatedNos,
  ownerIds,
  said,
  approvalId,
}: Stored): Digest =>
  digestOf({
    id,
    name,
    definition,
    parentId,
    synonyms,
    relatedNos: relatedNos.toSorted(),
    owners: ownerIds.toSorted(),
    state: said,
    approvalId,
  });

/** What events say of a term on an asset. */
export const assignmentDigest = (termId: string, subjectId: string): Digest => digestOf({ termId, subjectId });

/** What policies may ask about a term. */
export const termFacts = ({ no, id, ownerIds }: Pick<Term, 'no' | 'id' | 'ownerIds'>): ResourceFacts => ({
  no,
  id,
  type: 'GlossaryTerm',
  owners: ownerIds.toSorted(),
  tags: [],
  columnTags: [],
  namespace: 'cadastre://glossary',
  container: '',
  platform: '',
});
