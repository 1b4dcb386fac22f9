import type { Digest } from '../../../../kernel/canonical.ts';
import type { Queryable } from '../../../../kernel/db/database.ts';
import { artifactsDigest, EXPERIMENT_DIGEST, LOGGED_MODEL_DIGEST, RUN_DIGESTS, type RunPart } from '../mlflow/digests.ts';

export interface ExperimentToCheck {
  /** Its number. */
  readonly id: string;
  readonly name: string;
  readonly digest: Digest;
  /** Nobody has made it, and nobody has changed it since. */
  readonly isBuiltIn: boolean;
}

/** In the order of their numbers. @param from the first that is wanted: there is one of number 0 */
export const experimentsFrom = (db: Queryable, from: string, limit: number): Promise<readonly ExperimentToCheck[]> =>
  db.query<ExperimentToCheck>(
    `select r.no::text as id, r.name, ${EXPERIMENT_DIGEST} as digest,
       r.no = 0 and r.created_by is null and r.name = 'Default' and r.deleted_at is null
         and not exists (select from registry.experiment_tag t where t.experiment_no = r.no) as "isBuiltIn"
     from registry.experiment r where r.no >= $1::bigint order by r.no limit $2`,
    [from, limit],
    'registry_reconcile_experiments',
  );

export type RunToCheck = { readonly id: string; readonly artifacts: Digest } & { readonly [P in RunPart]: Digest };

export const runsAfter = (db: Queryable, after: string, limit: number): Promise<readonly RunToCheck[]> =>
  db.query<RunToCheck>(
    `select r.id, ${Object.entries(RUN_DIGESTS)
      .map(([part, digest]) => `${digest} as ${part}`)
      .join(', ')}, ${artifactsDigest("'RUN'", 'r.id')} as artifacts
     from registry.run r where r.id > $1 order by r.id limit $2`,
    [after, limit],
    'registry_reconcile_runs',
  );

export interface LoggedModelToCheck {
  readonly id: string;
  readonly digest: Digest;
  readonly artifacts: Digest;
}

export const loggedModelsAfter = (db: Queryable, after: string, limit: number): Promise<readonly LoggedModelToCheck[]> =>
  db.query<LoggedModelToCheck>(
    `select r.id, ${LOGGED_MODEL_DIGEST} as digest, ${artifactsDigest("'LOGGED_MODEL'", 'r.id')} as artifacts
     from registry.logged_model r where r.id > $1 order by r.id limit $2`,
    [after, limit],
    'registry_reconcile_logged_models',
  );

export interface StageLabelToCheck {
  /** Of the version. */
  readonly id: string;
  readonly stage: 'None' | 'Staging' | 'Production' | 'Archived';
}

/** Only what clients see of a version that is there. */
export const stageLabelsAfter = (db: Queryable, after: string, limit: number): Promise<readonly StageLabelToCheck[]> =>
  db.query<StageLabelToCheck>(
    `select v.id, coalesce(x.stage, 'None') as stage from registry.model_version v left join registry.mlflow_version x on x.version_id = v.id
     where v.id > $1 order by v.id limit $2`,
    [after, limit],
    'registry_reconcile_stage_labels',
  );

export interface TrackedEvent {
  readonly seq: string;
  readonly id: string;
  readonly subjectType: string;
  readonly subjectId: string;
  readonly hasRow: boolean;
}

/** What events say was made. */
export const trackedEventsAfter = (db: Queryable, after: string, limit: number): Promise<readonly TrackedEvent[]> =>
  db.query<TrackedEvent>(
    `select e.seq::text as seq, e.id, e.subject_type as "subjectType", e.subject_id as "subjectId", case e.subject_type
         when 'Experiment' then exists (select from registry.experiment r where r.no::text = e.subject_id)
         when 'Run' then exists (select from registry.run r where r.id = e.subject_id)
         else exists (select from registry.logged_model r where r.id = e.subject_id) end as "hasRow"
     from kernel.audit_event e
     where e.action in ('registry.experiment.created.v1', 'registry.run.created.v1', 'registry.loggedModel.created.v1')
       and e.seq > $1::bigint order by e.seq limit $2`,
    [after, limit],
    'registry_reconcile_tracked',
  );
