import type { Tx } from '../../../kernel/db/database.ts';

/** What stands in the place of words of somebody who asked to be forgotten. */
const ERASED = 'Erased';

/** A legal hold on the version or on its model keeps what was said of it. */
const FREE = `not exists (select from kernel.legal_hold h join registry.model m on m.no = b.model_no
  where h.released_at is null and h.subject_id in (b.version_id, m.id))`;

/** Takes away why people brought something into a stage, and what they said of emergencies. Digests leave words out. */
export async function blankWords(tx: Tx, personIds: readonly string[]): Promise<void> {
  await tx.query(
    `update registry.stage_binding b set reason = $2, incident = case when b.incident is not null then $2 end
     where b.bound_by = any($1) and (b.reason <> '' or b.incident is not null) and ${FREE}`,
    [personIds, ERASED],
    'registry_blank_bindings',
  );
  await tx.query(
    `update registry.break_glass_review g set comment = $2 from registry.stage_binding b
     where b.id = g.binding_id and g.reviewed_by = any($1) and g.comment is not null and ${FREE}`,
    [personIds, ERASED],
    'registry_blank_reviews',
  );
}
