import { guardOf } from '../../../../kernel/approval/guards.ts';
import type { Origin } from '../../../../kernel/audit/append.ts';
import { record } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { badInput } from '../../../../kernel/fault.ts';
import {
  type ConflictResult,
  mutate,
  type MutationInput,
  type RefusedResult,
  type Refusal,
  type Stale,
} from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import type { Context } from '../../context.ts';
import { readName, readSynonyms, readText } from '../../domain/glossary/readName.ts';
import { PUBLISHED, type Term, termDigest, wordsDigest } from '../../domain/glossary/term.ts';
import type { GlossaryTermUpdated } from '../../domain/result.ts';
import { isTermNameTaken, lockGlossary, updateTermRow } from '../../store/glossary/writeTerms.ts';
import { type OwnerInput, ownerIds, requireFewOwners } from '../../../../kernel/identity/ownerIds.ts';
import { nameTaken } from './createTerm.ts';
import { searchWords, stateTerm } from './stateTerm.ts';
import { termHappening } from './termHappening.ts';
import { refuseLinks, requireLinks, type TermLinks } from './termLinks.ts';
import { holdTerm, requireTerm } from './termTarget.ts';

export interface UpdateTerm extends MutationInput {
  readonly termId: string;
  readonly name?: string | null;
  readonly definition?: string | null;
  /** Null brings it to the top. */
  readonly parentId?: string | null;
  readonly synonyms?: readonly string[] | null;
  readonly relatedIds?: readonly string[] | null;
  readonly owners?: readonly OwnerInput[] | null;
  readonly expectedVersion?: number | null;
}

/** What was given, checked; undefined where nothing was. */
interface Given {
  readonly name?: ReturnType<typeof readName>;
  readonly definition?: string;
  readonly synonyms?: readonly string[];
}

/** Changes what is given and leaves the rest as it is. */
export async function updateGlossaryTerm(
  context: Context,
  input: UpdateTerm,
): Promise<GlossaryTermUpdated | RefusedResult | ConflictResult> {
  const given = readGiven(input);
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'updateGlossaryTerm',
      noun: 'catalog.term',
      action: 'catalog.curate',
      input,
      prepare: async () => ({
        ...(await requireTerm(context, input.termId)),
        links: await requireLinks(context, input.parentId ?? null, input.relatedIds ?? []),
      }),
      first: lockGlossary,
    },
    async (tx, origin, { links, ...target }): Promise<GlossaryTermUpdated | Refusal | Stale> => {
      const held = await holdTerm(tx, target, input.expectedVersion);
      if (!('term' in held)) return held;
      const before = held.term;
      const { no } = before;
      if (given.name !== undefined && (await isTermNameTaken(tx, given.name.folded, no))) return nameTaken(given.name.name);
      const misplaced = await refuseLinks(tx, no, links);
      if (misplaced !== null) return misplaced;
      const changed = await changedBy(tx, origin, before, { ...given, ...linksGiven(input, links), owners: input.owners });
      return write(tx, origin, before, changed, input.reason ?? null);
    },
  );
}

function readGiven({ name, definition, synonyms, owners, ...input }: UpdateTerm): Given {
  const isNothing = [name, definition, synonyms, owners, input.relatedIds].every((one) => one === undefined || one === null);
  if (isNothing && input.parentId === undefined)
    throw badInput('Give name, definition, parentId, synonyms, relatedIds or owners: nothing else of a term changes.');
  requireFewOwners(owners ?? []);
  return {
    ...(typeof name === 'string' && { name: readName(name) }),
    ...(typeof definition === 'string' && { definition: readText('definition', definition) }),
    ...(Array.isArray(synonyms) && { synonyms: readSynonyms(synonyms) }),
  };
}

const linksGiven = ({ parentId, relatedIds }: UpdateTerm, { parent, related }: TermLinks) => ({
  ...(parentId !== undefined && { parentNo: parent?.no ?? null, parentId: parent?.id ?? null }),
  ...(Array.isArray(relatedIds) && { relatedNos: related.map(({ no }) => no) }),
});

interface Changes extends Given, Partial<Pick<Term, 'parentNo' | 'parentId' | 'relatedNos'>> {
  readonly owners?: readonly OwnerInput[] | null | undefined;
}

/** The term after the change. Where a policy guards publishing, other words are a draft: the approval was for the ones before. */
async function changedBy(tx: Tx, origin: Origin, before: Term, { name, owners, ...changes }: Changes): Promise<Term> {
  const after: Term = {
    ...before,
    ...changes,
    ...(name !== undefined && { name: name.name, foldedName: name.folded }),
    ...(Array.isArray(owners) && { ownerIds: await ownerIds(tx, origin, owners) }),
  };
  if (wordsDigest(after) === wordsDigest(before)) return after;
  const wordedBy = origin.actor.id;
  if (after.said !== 'published') return { ...after, wordedBy };
  const isGuarded = (await guardOf(tx, { ...PUBLISHED, tags: [] })) !== null;
  return { ...after, wordedBy, approvalId: null, said: isGuarded || after.state === 'draft' ? 'draft' : 'published' };
}

/** What may change, as events call it. */
const FIELDS = [
  ['name', 'name'],
  ['definition', 'definition'],
  ['parent', 'parentId'],
  ['synonyms', 'synonyms'],
  ['related', 'relatedNos'],
  ['owners', 'ownerIds'],
  ['state', 'said'],
] as const;

async function write(tx: Tx, origin: Origin, before: Term, after: Term, reason: string | null): Promise<GlossaryTermUpdated> {
  await updateTermRow(tx, after, searchWords(after));
  const changed = FIELDS.filter(([, part]) => JSON.stringify(before[part]) !== JSON.stringify(after[part]));
  const fields = changed.map(([field]) => field);
  const receipt = await record(tx, origin, [
    termHappening('catalog.term.changed.v1', after.id, {
      digest: termDigest(after),
      fields,
      detail: { ...Object.fromEntries(changed.map(([field, part]) => [field, after[part]])), reason },
      payload: { fields },
    }),
  ]);
  await stateTerm(tx, origin, before, after);
  return { __typename: 'GlossaryTermUpdated', ...tokens(receipt), termId: after.id };
}
