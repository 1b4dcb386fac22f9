import { record } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { newId } from '../../../../kernel/ids.ts';
import { mutate, type MutationInput, type RefusedResult, type Refusal } from '../../../../kernel/mutation/mutate.ts';
import { writtenSubject } from '../../../../kernel/mutation/subject.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import { toMs } from '../../../../kernel/time.ts';
import type { Context } from '../../context.ts';
import { readName, readSynonyms, readText } from '../../domain/glossary/readName.ts';
import { type Term, termDigest } from '../../domain/glossary/term.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';
import type { GlossaryTermCreated } from '../../domain/result.ts';
import { insertTerm, isTermNameTaken, lockGlossary } from '../../store/glossary/writeTerms.ts';
import { nextResourceNo } from '../../store/nextResourceNo.ts';
import { type OwnerInput, ownerIds, requireFewOwners } from '../../../../kernel/identity/ownerIds.ts';
import { searchWords, stateTerm } from './stateTerm.ts';
import { termHappening } from './termHappening.ts';
import { refuseLinks, requireLinks, type TermLinks } from './termLinks.ts';

export interface CreateTerm extends MutationInput {
  readonly name: string;
  readonly definition: string;
  readonly parentId?: string | null;
  readonly synonyms?: readonly string[] | null;
  readonly relatedIds?: readonly string[] | null;
  readonly owners?: readonly OwnerInput[] | null;
}

/** Why a name cannot be had twice. */
export const nameTaken = (name: string) =>
  refusal('TERM_EXISTS', `There is a term whose name counts as "${name}" already. Choose another name, or say it there.`);

/** Makes a term, as a draft. Without owners, whoever makes it owns it. */
export async function createGlossaryTerm(context: Context, input: CreateTerm): Promise<GlossaryTermCreated | RefusedResult> {
  const { name, folded } = readName(input.name);
  const [definition, synonyms] = [readText('definition', input.definition), readSynonyms(input.synonyms ?? [])];
  requireFewOwners(input.owners ?? []);
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'createGlossaryTerm',
      noun: 'catalog.term',
      action: 'catalog.manageGlossary',
      input,
      prepare: async () => ({
        subject: writtenSubject(context.kernel.pepper, 'GlossaryTerm', 'name', name),
        links: await requireLinks(context, input.parentId ?? null, input.relatedIds ?? []),
      }),
      first: lockGlossary,
    },
    async (tx, origin, { links }): Promise<GlossaryTermCreated | Refusal> => {
      if (await isTermNameTaken(tx, folded, null)) return nameTaken(name);
      const misplaced = await refuseLinks(tx, null, links);
      if (misplaced !== null) return misplaced;
      const createdBy = origin.actor.id;
      const ids = await ownerIds(tx, origin, input.owners ?? [{ principalId: createdBy }]);
      const term = await draft(tx, { name, foldedName: folded, definition, synonyms, ownerIds: ids, createdBy }, links);
      await insertTerm(tx, term, searchWords(term));
      const receipt = await record(tx, origin, [
        termHappening('catalog.term.created.v1', term.id, {
          digest: termDigest(term),
          fields: ['name', 'definition', 'parent', 'synonyms', 'related', 'owners'],
          detail: { name, definition, parentId: term.parentId, synonyms, owners: ids, reason: input.reason ?? null },
        }),
      ]);
      await stateTerm(tx, origin, null, term);
      return { __typename: 'GlossaryTermCreated', ...tokens(receipt), termId: term.id };
    },
  );
}

const draft = async (
  tx: Tx,
  words: Pick<Term, 'name' | 'foldedName' | 'definition' | 'synonyms' | 'ownerIds' | 'createdBy'>,
  { parent, related }: TermLinks,
): Promise<Term> => ({
  ...words,
  no: await nextResourceNo(tx),
  id: newId('term', toMs(tx.now)),
  parentNo: parent?.no ?? null,
  parentId: parent?.id ?? null,
  relatedNos: related.map(({ no }) => no),
  said: 'draft',
  state: 'draft',
  approvalId: null,
  version: 1,
  wordedBy: words.createdBy,
  createdAt: tx.now,
  updatedAt: tx.now,
});
