import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import type { Bitmap } from '../../../kernel/policy/visible.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { BreakGlassReview, No, StageBinding } from '../domain/model.ts';
import { BINDING_FIELDS } from './stages.ts';

/** Emergencies whose time is over. */
export const dueBindings = (db: Queryable, limit: number): Promise<readonly Pick<StageBinding, 'id' | 'modelNo' | 'stage'>[]> =>
  db.query(
    `select id, model_no::text as "modelNo", stage from registry.stage_binding
     where bound_to is null and expires_at is not null and expires_at <= clock_timestamp() order by expires_at limit $1`,
    [limit],
    'registry_due_bindings',
  );

export async function openReview(tx: Tx, bindingId: string): Promise<void> {
  await tx.query('insert into registry.break_glass_review (binding_id) values ($1)', [bindingId], 'registry_open_review');
}

/** The review of an earlier emergency in this stage that nobody has made. */
export async function openReviewOf(db: Queryable, modelNo: No, stage: string): Promise<string | null> {
  const [row] = await db.query<{ id: string }>(
    `select b.id from registry.break_glass_review r join registry.stage_binding b on b.id = r.binding_id
     where r.outcome is null and b.model_no = $1 and b.stage = $2 order by b.seq limit 1`,
    [modelNo, stage],
    'registry_open_review_of',
  );
  return row?.id ?? null;
}

interface ReviewRow extends StageBinding {
  readonly seq: string;
  readonly outcome: BreakGlassReview['outcome'];
  readonly comment: string | null;
  readonly reviewedBy: string | null;
  readonly reviewedAt: Instant | null;
}

const REVIEW_FIELDS = `b.seq::text as seq, ${BINDING_FIELDS}, g.outcome, g.comment, g.reviewed_by as "reviewedBy", g.reviewed_at as "reviewedAt"`;

const reviewOf = ({
  outcome,
  comment,
  reviewedBy,
  reviewedAt,
  ...binding
}: ReviewRow): BreakGlassReview & { readonly seq: string } => ({
  seq: binding.seq,
  binding,
  outcome,
  comment,
  reviewedBy,
  reviewedAt,
});

/** Emergencies of models that the caller may see, the latest first. */
export async function listReviews(
  db: Queryable,
  bitmap: Bitmap,
  { isOpen, before, count }: { readonly isOpen: boolean | null; readonly before: string | null; readonly count: number },
): Promise<readonly (BreakGlassReview & { readonly seq: string })[]> {
  const rows = await db.query<ReviewRow>(
    `select ${REVIEW_FIELDS} from registry.break_glass_review g join registry.stage_binding b on b.id = g.binding_id
       join kernel.resource r on r.no = b.model_no
     where kernel.may_see($1, r.acl_id) and b.seq < $2::bigint and ($3::boolean is null or (g.outcome is null) = $3)
     order by b.seq desc limit $4`,
    [bitmap, before ?? '9223372036854775807', isOpen, count],
    'registry_list_reviews',
  );
  return rows.map(reviewOf);
}

export async function reviewById(db: Queryable, bitmap: Bitmap, bindingId: string): Promise<BreakGlassReview | null> {
  const [row] = await db.query<ReviewRow>(
    `select ${REVIEW_FIELDS} from registry.break_glass_review g join registry.stage_binding b on b.id = g.binding_id
       join kernel.resource r on r.no = b.model_no
     where kernel.may_see($1, r.acl_id) and b.id = $2`,
    [bitmap, bindingId],
    'registry_review_by_id',
  );
  return row === undefined ? null : reviewOf(row);
}

/** False when somebody has said so before. */
export async function closeReview(
  tx: Tx,
  bindingId: string,
  { outcome, comment, reviewedBy, eventId }: { outcome: string; comment: string; reviewedBy: string; eventId: string },
): Promise<boolean> {
  const rows = await tx.query(
    `update registry.break_glass_review set outcome = $2, comment = $3, reviewed_by = $4, reviewed_at = $5, event_id = $6
     where binding_id = $1 and outcome is null returning binding_id`,
    [bindingId, outcome, comment, reviewedBy, tx.now, eventId],
    'registry_close_review',
  );
  return rows.length > 0;
}

/** Whoever reviews waits for others who do. */
export async function lockReview(tx: Tx, bindingId: string): Promise<{ readonly isOpen: boolean } | null> {
  const [row] = await tx.query<{ isOpen: boolean }>(
    'select outcome is null as "isOpen" from registry.break_glass_review where binding_id = $1 for update',
    [bindingId],
    'registry_lock_review',
  );
  return row ?? null;
}
