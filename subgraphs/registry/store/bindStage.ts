import type { Digest } from '../../../kernel/canonical.ts';
import type { Tx } from '../../../kernel/db/database.ts';
import type { StageBinding } from '../domain/model.ts';

export type NewBinding = Omit<StageBinding, 'boundFrom' | 'boundTo' | 'endEventId' | 'digest'> & {
  readonly digest: Digest;
  /** What the stage holds; null when nothing. */
  readonly previousId: string | null;
};

/** What is promoted was approved for it; what one goes back to was approved and applied before. */
const FRESH = ['APPROVED'];
const USED = ['APPLIED', 'SUPERSEDED'];

/**
 * Puts a version into a stage and takes the one before it out, in one statement that is also the last check: it does so only if
 * the version still is sealed with this digest, an approval that is named still is valid for this version, stage, digest and
 * the evidence in force, and the stage still holds what it held.
 * @returns false when one of these is not so; then nothing was bound
 */
export async function bindStage(tx: Tx, binding: NewBinding): Promise<boolean> {
  await tx.query(
    'insert into registry.stage (model_no, stage) values ($1, $2) on conflict do nothing',
    [binding.modelNo, binding.stage],
    'registry_new_stage',
  );
  const bound = await tx.query(
    `with fit as (
       select v.id from registry.model_version v join registry.model m on m.no = v.model_no
       where v.id = $4 and v.content_digest = $5 and v.state = 'SEALED' and v.model_no = $2 and m.deleted_at is null
         and ($7::text is null or exists (
           select from kernel.approval_request a
           where a.id = $7 and a.subject_id = v.id and a.target_kind = 'MODEL_STAGE' and a.target_key = $3
             and a.content_digest = v.content_digest and a.state = any($16) and a.valid_until > $12))
         and $14::text is not distinct from (
           select b.id from registry.stage_binding b where b.model_no = $2 and b.stage = $3 and b.bound_to is null)
     ), closed as (
       update registry.stage_binding set bound_to = $12, end_event_id = $13
       where id = $14 and bound_to is null and exists (select from fit) returning id
     )
     insert into registry.stage_binding (id, model_no, stage, number, version_id, content_digest, kind, approval_id, reason, incident,
       bound_by, bound_from, expires_at, event_id)
     -- Reading what was closed makes that come first: there is one binding at a time.
     select $1, $2, $3, $15, fit.id, $5, $6, $7, $8, $9, $10, $12, $11, $13
     from fit, (select count(*) from closed) c(count) where ($14::text is null) = (c.count = 0)
     on conflict do nothing returning id`,
    [
      binding.id,
      binding.modelNo,
      binding.stage,
      binding.versionId,
      binding.digest,
      binding.kind,
      binding.approvalId,
      binding.reason,
      binding.incident,
      binding.boundBy,
      binding.expiresAt,
      tx.now,
      binding.eventId,
      binding.previousId,
      binding.number,
      binding.kind === 'PROMOTION' ? FRESH : USED,
    ],
    'registry_bind_stage',
  );
  return bound.length > 0;
}
