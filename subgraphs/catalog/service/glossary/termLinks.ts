import type { Tx } from '../../../../kernel/db/database.ts';
import { badInput, notFound } from '../../../../kernel/fault.ts';
import type { Refusal } from '../../../../kernel/mutation/mutate.ts';
import type { Context } from '../../context.ts';
import type { No } from '../../domain/asset.ts';
import { LEVELS_MAX, refusePlace } from '../../domain/glossary/refusePlace.ts';
import type { Term } from '../../domain/glossary/term.ts';
import { keepTerm, levelsBelow, upwardFrom } from '../../store/glossary/writeTerms.ts';

const RELATED_MAX = 50;

/** Terms that a term is to name: the one above it, and related ones. */
export interface TermLinks {
  readonly parent: Term | null;
  readonly related: readonly Term[];
}

/** @throws Fault BAD_USER_INPUT, NOT_FOUND, also for what the caller may not see */
export async function requireLinks(
  { glossary }: Context,
  parentId: string | null,
  relatedIds: readonly string[],
): Promise<TermLinks> {
  if (relatedIds.length > RELATED_MAX) throw badInput(`relatedIds: at most ${RELATED_MAX}.`);
  const found = async (id: string): Promise<Term> => {
    const term = await glossary.term.load(id);
    if (term === null) throw notFound(`The glossary term ${id.slice(0, 60)}`);
    return term;
  };
  return {
    parent: parentId === null ? null : await found(parentId),
    related: await Promise.all([...new Set(relatedIds)].map(found)),
  };
}

/** Why a term cannot have these links, or null; asked under the lock of the glossary. @param no null for a term that is to be made */
export async function refuseLinks(tx: Tx, no: No | null, { parent, related }: TermLinks): Promise<Refusal | null> {
  for (const term of [...(parent === null ? [] : [parent]), ...related])
    if (!(await keepTerm(tx, term.no))) throw notFound(`The glossary term ${term.id}`);
  if (related.some((term) => term.no === no)) throw badInput('relatedIds: a term is not related to itself. Leave it out.');
  if (parent === null) return null;
  const above = await upwardFrom(tx, parent.no, LEVELS_MAX + 1);
  return refusePlace(no ?? '', above, no === null ? 0 : await levelsBelow(tx, no, LEVELS_MAX + 1));
}
