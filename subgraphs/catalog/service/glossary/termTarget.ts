import type { Tx } from '../../../../kernel/db/database.ts';
import { notFound } from '../../../../kernel/fault.ts';
import type { Prepared, Refusal, Stale } from '../../../../kernel/mutation/mutate.ts';
import { staleVersion } from '../../../../kernel/mutation/staleVersion.ts';
import type { Context } from '../../context.ts';
import type { Term } from '../../domain/glossary/term.ts';
import { gone } from '../../../../kernel/mutation/refusal.ts';
import { lockTerm } from '../../store/glossary/writeTerms.ts';

/** A term that a mutation is about. */
export interface TermTarget extends Prepared {
  readonly term: Term;
}

/** @throws Fault NOT_FOUND, also for what the caller may not see */
export async function requireTerm({ glossary }: Context, id: string): Promise<TermTarget> {
  const term = await glossary.term.load(id);
  if (term === null) throw notFound(`The glossary term ${id.slice(0, 60)}`);
  return { term, resources: [term.no], subject: { type: 'GlossaryTerm', id: term.id } };
}

/** The term as it is now and stays until the transaction ends, or why it is not the one that the caller meant. */
export async function holdTerm(
  tx: Tx,
  { term: { no } }: TermTarget,
  expectedVersion: number | null | undefined,
): Promise<{ readonly term: Term } | Refusal | Stale> {
  const term = await lockTerm(tx, no);
  if (term === null) return gone('The glossary term');
  return staleVersion(term.version, expectedVersion) ?? { term };
}
