import type { Digest } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';

/**
 * Digests of what clients of MLflow wrote, as events carry them and as reconciling computes them again. They are made where the rows
 * are, because a run may have ten thousand of them and each change needs one. Every text stands with its length before it, so that no
 * two contents have the same line; numbers stand as their bits.
 */
const field = (sql: string): string => `coalesce(octet_length(${sql}) || ':' || ${sql}, '-')`;
const line = (fields: readonly string[]): string => fields.map(field).join(' || ');
const bits = (sql: string): string => `encode(float8send(${sql}), 'hex')`;
const sha256 = (sql: string): string => `'sha256:' || encode(sha256(convert_to(${sql}, 'UTF8')), 'hex')`;
const lines = (fields: readonly string[], from: string, order: string): string =>
  `coalesce((select string_agg(${line(fields)}, '' order by ${order}) from ${from}), '')`;

/** A client's word on who somebody is: it can be forgotten, so no digest may tell that it was right. The event says who it was. */
const USER_TAG = 'mlflow.user';

/** Of `registry.experiment r`. */
export const EXPERIMENT_DIGEST = sha256(
  `${line(['r.no::text', 'r.name', '(r.deleted_at is not null)::text'])} || ${lines(
    ['t.key', 't.value'],
    `registry.experiment_tag t where t.experiment_no = r.no and t.key <> '${USER_TAG}'`,
    't.key',
  )}`,
);

/** What a run is, by which of its events tells of it. That it went with its experiment is told of the experiment. */
const RUN_HEAD = sha256(
  `${line([
    'r.id',
    'r.experiment_no::text',
    'r.name',
    'r.status',
    'r.start_ms::text',
    'r.end_ms::text',
    '(r.deleted_at is not null and r.deleted_at is distinct from (select e.deleted_at from registry.experiment e where e.no = r.experiment_no))::text',
  ])} || ${lines(['t.key', 't.value'], `registry.run_tag t where t.run_id = r.id and t.key <> '${USER_TAG}'`, 't.key')}`,
);

/** Of `registry.run r`, part by part: whoever logs a metric does not read all datasets again. */
export const RUN_DIGESTS = {
  head: RUN_HEAD,
  /** The last value of each, which becomes evidence. The values before are telemetry: events tell that they came, and hold none of them. */
  metrics: sha256(
    lines(
      ['m.key', 'm.step::text', 'm.timestamp_ms::text', bits('m.value')],
      'registry.run_metric_last m where m.run_id = r.id',
      'm.key',
    ),
  ),
  params: sha256(lines(['p.key', 'p.value'], 'registry.run_param p where p.run_id = r.id', 'p.key')),
  datasets: sha256(
    `coalesce((select string_agg(encode(sha256(convert_to(${line([
      'd.name',
      'd.digest',
      'd.source_type',
      'd.source',
      'd.columns',
      'd.profile',
      'd.tags::text',
    ])}, 'UTF8')), 'hex'), '' order by d.name, d.digest collate "C") from registry.run_dataset d where d.run_id = r.id), '')`,
  ),
  models: sha256(
    lines(
      ['o.direction', 'o.model_id', 'o.step::text'],
      'registry.run_model o where o.run_id = r.id',
      'o.direction collate "C", o.model_id collate "C"',
    ),
  ),
} as const;

export type RunPart = keyof typeof RUN_DIGESTS;

/** Of `registry.logged_model r`, with the last value of each metric for each thing that it was measured on. */
export const LOGGED_MODEL_DIGEST = sha256(
  [
    line([
      'r.id',
      'r.experiment_no::text',
      'r.name',
      'r.model_type',
      'r.source_run_id',
      'r.status',
      '(r.deleted_at is not null)::text',
    ]),
    lines(['t.key', 't.value'], `registry.logged_model_tag t where t.model_id = r.id and t.key <> '${USER_TAG}'`, 't.key'),
    lines(['p.key', 'p.value'], 'registry.logged_model_param p where p.model_id = r.id', 'p.key'),
    lines(
      ['m.key', 'm.dataset_name', 'm.dataset_digest', 'm.run_id', 'm.step::text', 'm.timestamp_ms::text', bits('m.value')],
      `(select distinct on (key, dataset_name, dataset_digest) * from registry.logged_model_metric where model_id = r.id
        order by key, dataset_name, dataset_digest, step desc, timestamp_ms desc, value desc, run_id desc) m`,
      'm.key, m.dataset_name collate "C", m.dataset_digest collate "C"',
    ),
  ].join(` || '/' || `),
);

/** Of the artifacts of an owner, whose kind and id are SQL. */
export const artifactsDigest = (kind: string, id: string): string =>
  sha256(
    lines(
      ['a.path', 'a.digest', 'a.size_bytes::text', 'a.media_type', 'a.is_executable::text'],
      `registry.tracked_artifact a where a.owner_kind = ${kind} and a.owner_id = ${id}`,
      'a.path',
    ),
  );

export const experimentDigest = (tx: Tx, no: string): Promise<Digest> =>
  one(tx, `select ${EXPERIMENT_DIGEST} as digest from registry.experiment r where r.no = $1`, [no], 'mlflow_digest_experiment');

export const runDigest = (tx: Tx, id: string, part: RunPart): Promise<Digest> =>
  one(tx, `select ${RUN_DIGESTS[part]} as digest from registry.run r where r.id = $1`, [id], `mlflow_digest_run_${part}`);

export const loggedModelDigest = (tx: Tx, id: string): Promise<Digest> =>
  one(
    tx,
    `select ${LOGGED_MODEL_DIGEST} as digest from registry.logged_model r where r.id = $1`,
    [id],
    'mlflow_digest_logged_model',
  );

export const digestOfArtifacts = (tx: Tx, kind: 'RUN' | 'LOGGED_MODEL', id: string): Promise<Digest> =>
  one(tx, `select ${artifactsDigest('$1', '$2')} as digest`, [kind, id], 'mlflow_digest_artifacts');

async function one(tx: Tx, text: string, values: readonly unknown[], name: string): Promise<Digest> {
  const [row] = await tx.query<{ digest: Digest }>(text, values, name);
  if (row === undefined) throw new Error(`there is nothing to make a digest of: ${name}`);
  return row.digest;
}
