import type { Queryable, Tx } from '../../../kernel/db/database.ts';
import type { Bitmap } from '../../../kernel/policy/visible.ts';
import type { Instant } from '../../../kernel/time.ts';
import type { No, StageBinding } from '../domain/model.ts';
import { inForce } from './readModels.ts';

export const BINDING_FIELDS = `b.id, b.model_no::text as "modelNo", b.stage, b.number, b.version_id as "versionId", b.content_digest as digest,
  b.kind, b.approval_id as "approvalId", b.reason, b.incident, b.bound_by as "boundBy", b.bound_from as "boundFrom",
  b.bound_to as "boundTo", b.expires_at as "expiresAt", b.event_id as "eventId", b.end_event_id as "endEventId"`;

/** As it was at a moment: what ended later had not ended. */
const fieldsAt = (at: string): string =>
  BINDING_FIELDS.replace('b.bound_to as', `case when b.bound_to <= ${at} then b.bound_to end as`).replace(
    'b.end_event_id as',
    `case when b.bound_to <= ${at} then b.end_event_id end as`,
  );

const fields = (at: Instant | null, atPlace: string): string => (at === null ? BINDING_FIELDS : fieldsAt(atPlace));
const named = (name: string, at: Instant | null): string => (at === null ? name : `${name}_at`);
const atOr = (at: Instant | null): readonly Instant[] => (at === null ? [] : [at]);

/** Which versions of models are in stages, or were at a moment, in the order of the stages. */
export const stagesOfModels = (db: Queryable, modelNos: readonly No[], at: Instant | null): Promise<readonly StageBinding[]> =>
  db.query<StageBinding>(
    `select ${fields(at, '$2')} from registry.stage_binding b where b.model_no = any($1::bigint[]) and ${inForce('b', at, '$2')}
     order by b.model_no, b.stage`,
    [modelNos, ...atOr(at)],
    named('registry_stages_of_models', at),
  );

/** Stages that versions are in, or were at a moment. */
export const stagesOfVersions = (
  db: Queryable,
  versionIds: readonly string[],
  at: Instant | null,
): Promise<readonly StageBinding[]> =>
  db.query<StageBinding>(
    `select ${fields(at, '$2')} from registry.stage_binding b where b.version_id = any($1) and ${inForce('b', at, '$2')}
     order by b.version_id, b.stage`,
    [versionIds, ...atOr(at)],
    named('registry_stages_of_versions', at),
  );

/** Bindings of a model, the latest first; of one stage where one is given. */
export const stageHistory = (
  db: Queryable,
  modelNo: No,
  { stage, before, count }: { readonly stage: string | null; readonly before: string | null; readonly count: number },
  at: Instant | null,
): Promise<readonly (StageBinding & { readonly seq: string })[]> =>
  db.query(
    `select b.seq::text as seq, ${fields(at, '$5')} from registry.stage_binding b
     where b.model_no = $1 ${stage === null ? 'and $2::text is null' : 'and b.stage = $2'} and b.seq < $3::bigint
       ${at === null ? '' : 'and b.bound_from <= $5'}
     order by b.seq desc limit $4`,
    [modelNo, stage, before ?? '9223372036854775807', count, ...atOr(at)],
    named(stage === null ? 'registry_stage_history_all' : 'registry_stage_history', at),
  );

/** Bindings of models that the caller may see, also of those that were deleted. */
export const bindingsById = (
  db: Queryable,
  bitmap: Bitmap,
  ids: readonly string[],
  at: Instant | null,
): Promise<readonly StageBinding[]> =>
  db.query<StageBinding>(
    `select ${fields(at, '$3')} from registry.stage_binding b join kernel.resource r on r.no = b.model_no
     where kernel.may_see($1, r.acl_id) and b.id = any($2) ${at === null ? '' : 'and b.bound_from <= $3'}`,
    [bitmap, ids, ...atOr(at)],
    named('registry_bindings_by_id', at),
  );

/** A stage as it is, kept until the transaction ends. */
export interface HeldStage {
  /** What it holds; null when nothing. */
  readonly current: StageBinding | null;
  /** How many bindings it has had. */
  readonly bindings: number;
  /** When it changed last; null when it never held anything. */
  readonly since: Instant | null;
}

/** Everybody who changes what a stage holds takes it here. Of one that never held anything there is no row: the model's lock is enough. */
export async function lockStage(tx: Tx, modelNo: No, stage: string): Promise<HeldStage> {
  await tx.query(
    'select 1 from registry.stage where model_no = $1 and stage = $2 for update',
    [modelNo, stage],
    'registry_take_stage',
  );
  // A statement of its own: it sees what whoever had the stage before has written.
  const [last] = await tx.query<StageBinding>(
    `select ${BINDING_FIELDS} from registry.stage_binding b where b.model_no = $1 and b.stage = $2 order by b.number desc limit 1`,
    [modelNo, stage],
    'registry_last_binding',
  );
  return {
    current: last?.boundTo === null ? last : null,
    bindings: last?.number ?? 0,
    since: last?.boundTo ?? last?.boundFrom ?? null,
  };
}

/** Earlier bindings of a stage that were no emergency, the latest first, each version once, as long as it is sealed. */
export const properBindings = (
  db: Queryable,
  modelNo: No,
  stage: string,
  { before, limit }: { readonly before: number; readonly limit: number },
): Promise<readonly (Pick<StageBinding, 'versionId' | 'digest' | 'number'> & { readonly versionNumber: number })[]> =>
  db.query(
    `select * from (
       select distinct on (b.version_id) b.version_id as "versionId", b.content_digest as digest, b.number, v.number as "versionNumber"
       from registry.stage_binding b join registry.model_version v on v.id = b.version_id
       where b.model_no = $1 and b.stage = $2 and b.number < $3 and b.kind <> 'BREAK_GLASS' and v.state = 'SEALED'
         and v.content_digest = b.content_digest
       order by b.version_id, b.number desc) proper
     order by number desc limit $4`,
    [modelNo, stage, before, limit],
    'registry_proper_bindings',
  );

/** How many stages of a model hold something. */
export async function countStages(tx: Tx, modelNo: No): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    'select count(*)::int as count from registry.stage_binding where model_no = $1 and bound_to is null',
    [modelNo],
    'registry_count_stages',
  );
  return row?.count ?? 0;
}

/** Ends what a stage holds. */
export async function endBinding(tx: Tx, id: string, eventId: string): Promise<void> {
  await tx.query(
    'update registry.stage_binding set bound_to = $2, end_event_id = $3 where id = $1 and bound_to is null',
    [id, tx.now, eventId],
    'registry_end_binding',
  );
}
