import type { Origin } from '../../../../kernel/audit/append.ts';
import { record, type Receipt } from '../../../../kernel/audit/record.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { badInput } from '../../../../kernel/fault.ts';
import {
  mutate,
  type MutationInput,
  type Prepared,
  type RefusedResult,
  type Refusal,
} from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import type { Context } from '../../context.ts';
import { assignmentDigest, type Term } from '../../domain/glossary/term.ts';
import { gone, refusal } from '../../../../kernel/mutation/refusal.ts';
import type { GlossaryTermAssigned, GlossaryTermUnassigned } from '../../domain/result.ts';
import { assignedAmong, beginAssignments, endAssignments } from '../../store/glossary/assignments.ts';
import { lockTerm } from '../../store/glossary/writeTerms.ts';
import { findTarget, type Target } from '../target.ts';
import { requireTerm } from './termTarget.ts';

export interface AssignTerm extends MutationInput {
  readonly termId: string;
  readonly urns: readonly string[];
}

const URNS_MAX = 100;
/** How many terms one asset or column may have. */
const TERMS_MAX = 100;

/** Says that assets and columns are what a term means. What has it already is left as it is. */
export async function assignGlossaryTerm(context: Context, input: AssignTerm): Promise<GlossaryTermAssigned | RefusedResult> {
  return assigning(context, 'assignGlossaryTerm', input, async (tx, origin, { term, targets }) => {
    const known = await assignedAmong(tx, term.no, numbers(targets));
    const fresh = targets.filter(({ asset }) => known.get(asset.no)?.hasTerm !== true);
    const full = fresh.find(({ asset }) => (known.get(asset.no)?.terms ?? 0) >= TERMS_MAX);
    if (full !== undefined)
      return refusal('TOO_MANY_TERMS', `${full.asset.id} has ${TERMS_MAX} terms already. Take one off first.`);
    if (fresh.length === 0) return refusal('ALREADY_ASSIGNED', `"${term.name}" is on all of these already.`);
    const receipt = await tell(tx, origin, 'catalog.term.assigned.v1', { term, targets: fresh, reason: input.reason ?? null });
    const begun = fresh.map(({ asset }, place) => ({ no: asset.no, eventId: receipt.events[place]?.id ?? '' }));
    await beginAssignments(tx, term.no, begun);
    return { __typename: 'GlossaryTermAssigned', ...tokens(receipt), termId: term.id, assetNos: numbers(targets) };
  });
}

/** Takes a term off assets and columns. */
export async function unassignGlossaryTerm(context: Context, input: AssignTerm): Promise<GlossaryTermUnassigned | RefusedResult> {
  return assigning(context, 'unassignGlossaryTerm', input, async (tx, origin, { term, targets }) => {
    const known = await assignedAmong(tx, term.no, numbers(targets));
    const there = targets.filter(({ asset }) => known.get(asset.no)?.hasTerm === true);
    if (there.length === 0) return refusal('NOT_ASSIGNED', `"${term.name}" is on none of these.`);
    const receipt = await tell(tx, origin, 'catalog.term.unassigned.v1', { term, targets: there, reason: input.reason ?? null });
    await endAssignments(tx, term.no, numbers(there));
    return { __typename: 'GlossaryTermUnassigned', ...tokens(receipt), termId: term.id, assetNos: numbers(targets) };
  });
}

interface Assigned extends Prepared {
  readonly term: Term;
  readonly targets: readonly Target[];
}

/** Who may curate the assets decides; the term they only have to see. */
function assigning<R extends GlossaryTermAssigned | GlossaryTermUnassigned>(
  context: Context,
  operation: string,
  input: AssignTerm,
  work: (tx: Tx, origin: Origin, assigned: Assigned) => Promise<R | Refusal>,
) {
  const { urns } = input;
  if (urns.length < 1 || urns.length > URNS_MAX) throw badInput(`urns: from 1 to ${URNS_MAX} at once.`);
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation,
      noun: 'catalog.term',
      action: 'catalog.curate',
      input,
      prepare: async (): Promise<Assigned> => {
        const { term, subject } = await requireTerm(context, input.termId);
        const found = await Promise.all(urns.map((urn) => findTarget(context.reader, urn)));
        const targets = [...new Map(found.map((target) => [target.asset.no, target])).values()];
        return { term, targets, resources: targets.map(({ rootNo }) => rootNo), subject };
      },
      // In turn, so that what ends does not end before it began.
      first: (tx, { term }) => lockTerm(tx, term.no),
    },
    async (tx, origin, assigned): Promise<R | Refusal> =>
      (await lockTerm(tx, assigned.term.no)) === null ? gone('The glossary term') : work(tx, origin, assigned),
  );
}

const numbers = (targets: readonly Target[]): readonly string[] => targets.map(({ asset }) => asset.no);

/** One event for each asset, in its own trail; a line of its own, so that a term on it gives a dataset no new version. */
const tell = (
  tx: Tx,
  origin: Origin,
  action: 'catalog.term.assigned.v1' | 'catalog.term.unassigned.v1',
  { term, targets, reason }: Pick<Assigned, 'term' | 'targets'> & { readonly reason: string | null },
): Promise<Receipt> =>
  record(
    tx,
    origin,
    targets.map(({ asset }) => ({
      action,
      subject: { type: asset.__typename, id: asset.id, digest: assignmentDigest(term.id, asset.id) },
      aggregateId: `terms/${asset.id}`,
      fields: ['terms'],
      detail: { termId: term.id, name: term.name, reason },
      payload: { termId: term.id, subjectId: asset.id },
    })),
  );
