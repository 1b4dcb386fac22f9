import { record } from '../../../../kernel/audit/record.ts';
import { badInput, notFound } from '../../../../kernel/fault.ts';
import type { Principal } from '../../../../kernel/identity/principal.ts';
import {
  mutate,
  type MutationInput,
  type Prepared,
  type RefusedResult,
  type Refusal,
} from '../../../../kernel/mutation/mutate.ts';
import { tokens } from '../../../../kernel/mutation/tokens.ts';
import { type Connection, type PageArgs, readPage, toConnection } from '../../../../kernel/page.ts';
import type { Context } from '../../context.ts';
import { aboutVersion, happening } from '../../domain/happening.ts';
import { requireText } from '../../domain/labels.ts';
import type { BreakGlassReview } from '../../domain/model.ts';
import type { BreakGlassReviewed } from '../../domain/result.ts';
import { closeReview, listReviews, lockReview, reviewById } from '../../store/breakGlass.ts';
import { answersFor } from '../../store/principals.ts';
import { modelIdOf } from '../../store/readVersions.ts';
import { requirePresent } from '../presentOnly.ts';
import { refusal } from '../../../../kernel/mutation/refusal.ts';

export interface ReviewBreakGlass extends MutationInput {
  readonly bindingId: string;
  readonly outcome: 'JUSTIFIED' | 'NOT_JUSTIFIED';
  readonly comment: string;
}

const COMMENT_MIN = 10;

/** Says afterwards whether an emergency was one. A person does, and not whoever broke the glass. */
export async function reviewBreakGlass(context: Context, input: ReviewBreakGlass): Promise<BreakGlassReviewed | RefusedResult> {
  const comment = requireText('comment', input.comment.trim(), 5_000);
  if (comment.length < COMMENT_MIN) throw badInput(`comment: write at least ${COMMENT_MIN} characters: what was looked at.`);
  return mutate(
    context.kernel.db,
    context.request,
    {
      operation: 'reviewBreakGlass',
      noun: 'registry.glass',
      action: 'approval.decide',
      input,
      prepare: () => findReview(context, input.bindingId),
    },
    async (tx, origin, { review: { binding } }): Promise<BreakGlassReviewed | Refusal> => {
      const locked = await lockReview(tx, binding.id);
      if (locked === null || !locked.isOpen) return refusal('ALREADY_REVIEWED', 'This break-glass was reviewed already.');
      const refused = refuseReviewer(context.request.principal, await answersFor(tx, binding.boundBy));
      if (refused !== null) return refused;
      const modelId = await modelIdOf(tx, binding.modelNo);
      const { outcome } = input;
      const detail = { bindingId: binding.id, outcome, comment };
      const receipt = await record(tx, origin, [
        happening(
          'registry.glass.reviewed.v1',
          aboutVersion({ id: binding.versionId, modelId }, binding.digest, { fields: ['review'], detail }),
          { modelId, bindingId: binding.id, stage: binding.stage, versionId: binding.versionId, digest: binding.digest, outcome },
        ),
      ]);
      await closeReview(tx, binding.id, { outcome, comment, reviewedBy: origin.actor.id, eventId: receipt.auditId });
      return { __typename: 'BreakGlassReviewed', ...tokens(receipt), bindingId: binding.id };
    },
  );
}

/** @param brokenBy who broke the glass, or who answers for the service that did */
function refuseReviewer({ id, kind }: Principal, brokenBy: string): Refusal | null {
  if (kind !== 'user') return refusal('NOT_A_PERSON', 'A person reviews a break-glass, not a service.');
  return id === brokenBy ? refusal('OWN_EMERGENCY', 'Somebody else than who broke the glass reviews it.') : null;
}

async function findReview(context: Context, bindingId: string): Promise<Prepared & { readonly review: BreakGlassReview }> {
  const review = await context.look((bitmap) => reviewById(context.kernel.db, bitmap, bindingId));
  if (review === null) throw notFound(`The break-glass ${bindingId.slice(0, 60)}`);
  return { review, subject: { type: 'ModelVersion', id: review.binding.versionId } };
}

/** Emergencies, the latest first. */
export async function breakGlassReviews(
  context: Context,
  { isOpen, ...args }: PageArgs & { readonly isOpen?: boolean | null },
): Promise<Connection<BreakGlassReview>> {
  requirePresent(context, 'breakGlassReviews');
  const page = readPage(args, JSON.stringify(['breakGlassReviews', isOpen ?? null]), 50, ['no']);
  const rows = await listReviews(context.kernel.db, await context.visible(), {
    isOpen: isOpen ?? null,
    before: page.after?.[0] ?? null,
    count: page.first + 1,
  });
  return toConnection(rows, page, ({ seq }) => [seq]);
}
