import { boolean, integer, jsonb, pgSchema, smallint, text } from 'drizzle-orm/pg-core';
import { bigintText, instant, instantOrOpen } from '../../kernel/db/columns.ts';
import type { NativeFacts } from './domain/native.ts';
import type { QualitySeverity, QualityStatus } from './domain/quality.ts';
import type { SnapshotBody } from './domain/snapshot.ts';
import type { LastSaid } from '../../lineage/openlineage/newest.ts';
import type { Progress } from '../../lineage/openlineage/progress.ts';
import type { Statement } from '../../lineage/openlineage/statement.ts';
import type { Job, JobRole, RunState } from './domain/job.ts';

const catalog = pgSchema('catalog');

export const source = catalog.table('source', {
  id: text().primaryKey(),
  name: text().notNull(),
  platform: text().notNull(),
  namespace: text(),
  config: jsonb().$type<{ readonly location: string; readonly settings: Readonly<Record<string, unknown>> }>().notNull(),
  sealedSecrets: text('sealed_secrets'),
  state: text().$type<'active' | 'removed'>().notNull(),
  recordedAt: instant('recorded_at').notNull(),
});

export const crawl = catalog.table('crawl', {
  id: text().primaryKey(),
  sourceId: text('source_id').notNull(),
  state: text().$type<'queued' | 'running' | 'held' | 'succeeded' | 'partial' | 'failed' | 'cancelled'>().notNull(),
  simulated: boolean().notNull(),
  requestedBy: text('requested_by').notNull(),
  requestedAt: instant('requested_at').notNull(),
  startedAt: instant('started_at'),
  finishedAt: instant('finished_at'),
  added: integer().notNull(),
  changed: integer().notNull(),
  unchanged: integer().notNull(),
  missing: integer().notNull(),
  removed: integer().notNull(),
  reason: text(),
  releasedBy: text('released_by'),
});

export const crawlScope = catalog.table('crawl_scope', {
  crawlId: text('crawl_id').notNull(),
  scope: text().array().notNull(),
  state: text().$type<'listing' | 'complete' | 'incomplete' | 'held'>().notNull(),
  expected: integer(),
  listed: integer().notNull(),
  storedUpTo: text('stored_up_to').array(),
  vanished: integer(),
  reason: text(),
});

export const asset = catalog.table('asset', {
  no: bigintText().primaryKey(),
  id: text().notNull(),
  kind: text().$type<'container' | 'dataset' | 'dashboard'>().notNull(),
  subtype: text().notNull(),
  platform: text().notNull(),
  sourceId: text('source_id'),
  namespace: text().notNull(),
  name: text().notNull(),
  canonical: text().notNull(),
  simpleName: text('simple_name').notNull(),
  parentNo: bigintText('parent_no'),
  scope: text().array().notNull(),
  state: text().$type<'present' | 'missing' | 'removed'>().notNull(),
  missingSince: instant('missing_since'),
  version: integer().notNull(),
  contentDigest: text('content_digest').notNull(),
  description: text(),
  native: jsonb().$type<NativeFacts>().notNull(),
  columnCount: integer('column_count').notNull(),
  simulated: boolean().notNull(),
  firstSeenAt: instant('first_seen_at').notNull(),
  recordedAt: instant('recorded_at').notNull(),
  mergedInto: bigintText('merged_into'),
});

export const assetColumn = catalog.table('asset_column', {
  no: bigintText().primaryKey(),
  id: text().notNull(),
  datasetNo: bigintText('dataset_no').notNull(),
  name: text().notNull(),
  canonical: text().notNull(),
  ordinal: integer().notNull(),
  nativeType: text('native_type').notNull(),
  nullable: boolean().notNull(),
  defaultValue: text('default_value'),
  generatedAs: text('generated_as'),
  description: text(),
  state: text().$type<'present' | 'removed'>().notNull(),
  firstSeenAt: instant('first_seen_at').notNull(),
  recordedAt: instant('recorded_at').notNull(),
});

export const assetVersion = catalog.table('asset_version', {
  assetNo: bigintText('asset_no').notNull(),
  version: integer().notNull(),
  recordedFrom: instant('recorded_from').notNull(),
  recordedTo: instantOrOpen('recorded_to').notNull(),
  eventId: text('event_id').notNull(),
  digest: text().notNull(),
  simulated: boolean().notNull(),
  body: jsonb().$type<SnapshotBody>().notNull(),
});

export const measurement = catalog.table('measurement', {
  datasetNo: bigintText('dataset_no').notNull(),
  recordedAt: instant('recorded_at').notNull(),
  rowCountEstimate: bigintText('row_count_estimate'),
  sizeBytes: bigintText('size_bytes'),
});

export const ownership = catalog.table('ownership', {
  assetNo: bigintText('asset_no').notNull(),
  principalId: text('principal_id').notNull(),
  role: text().$type<'TECHNICAL' | 'ACCOUNTABLE' | 'STEWARD'>().notNull(),
  origin: text().$type<'source' | 'rule' | 'human'>().notNull(),
  external: text(),
  recordedFrom: instant('recorded_from').notNull(),
  recordedTo: instantOrOpen('recorded_to').notNull(),
});

export const curatedDescription = catalog.table('curated_description', {
  assetNo: bigintText('asset_no').notNull(),
  origin: text().$type<'rule' | 'human'>().notNull(),
  description: text().notNull(),
  principalId: text('principal_id').notNull(),
  recordedFrom: instant('recorded_from').notNull(),
  recordedTo: instantOrOpen('recorded_to').notNull(),
});

export const tag = catalog.table('tag', {
  id: text().primaryKey(),
  name: text().notNull(),
  description: text(),
  recordedAt: instant('recorded_at').notNull(),
});

export const tagAssignment = catalog.table('tag_assignment', {
  assetNo: bigintText('asset_no').notNull(),
  tagId: text('tag_id').notNull(),
  origin: text().$type<'source' | 'rule' | 'human'>().notNull(),
  recordedFrom: instant('recorded_from').notNull(),
  recordedTo: instantOrOpen('recorded_to').notNull(),
});

export const toolStatement = catalog.table('tool_statement', {
  producer: text().notNull(),
  namespace: text().notNull(),
  statedAt: instant('stated_at').notNull(),
  recordedAt: instant('recorded_at').notNull(),
});

export const qualitySignal = catalog.table('quality_signal', {
  id: text().notNull(),
  producer: text().notNull(),
  namespace: text().notNull(),
  key: text().notNull(),
  datasetNo: bigintText('dataset_no').notNull(),
  columnName: text('column_name'),
  columnNo: bigintText('column_no'),
  tool: text().notNull(),
  name: text().notNull(),
  kind: text().notNull(),
  severity: text().$type<QualitySeverity>().notNull(),
  description: text(),
  criteria: jsonb(),
  digest: text().notNull(),
  statedAt: instant('stated_at').notNull(),
  recordedFrom: instant('recorded_from').notNull(),
  recordedTo: instantOrOpen('recorded_to').notNull(),
});

export const qualityResult = catalog.table('quality_result', {
  signalId: text('signal_id').notNull(),
  observedAt: instant('observed_at').notNull(),
  status: text().$type<QualityStatus>().notNull(),
  badness: smallint().notNull(),
  failures: bigintText(),
  message: text(),
  maxLoadedAt: instant('max_loaded_at'),
  run: text(),
  recordedAt: instant('recorded_at').notNull(),
});

export const metric = catalog.table('metric', {
  id: text().notNull(),
  producer: text().notNull(),
  namespace: text().notNull(),
  key: text().notNull(),
  name: text().notNull(),
  label: text(),
  description: text(),
  type: text().notNull(),
  expression: text(),
  filter: text(),
  timeGrain: text('time_grain'),
  dimensions: text().array().notNull(),
  datasetNos: bigintText('dataset_nos').array().notNull(),
  columnNos: bigintText('column_nos').array().notNull(),
  digest: text().notNull(),
  statedAt: instant('stated_at').notNull(),
  recordedFrom: instant('recorded_from').notNull(),
  recordedTo: instantOrOpen('recorded_to').notNull(),
});

export const statedDashboard = catalog.table('stated_dashboard', {
  producer: text().notNull(),
  namespace: text().notNull(),
  assetNo: bigintText('asset_no').notNull(),
  statedAt: instant('stated_at').notNull(),
  recordedAt: instant('recorded_at').notNull(),
});

export const job = catalog.table('job', {
  id: text().primaryKey(),
  namespace: text().notNull(),
  name: text().notNull(),
  description: text(),
  sql: text(),
  sqlDialect: text('sql_dialect'),
  integration: text(),
  processingType: text('processing_type'),
  jobType: text('job_type'),
  owners: jsonb().$type<Job['owners']>().notNull(),
  said: jsonb().$type<LastSaid>().notNull(),
  statedAt: instant('stated_at'),
  statement: jsonb().$type<Statement>(),
  claimsDigest: text('claims_digest'),
  firstSeenAt: instant('first_seen_at').notNull(),
  recordedAt: instant('recorded_at').notNull(),
});

export const jobRun = catalog.table('job_run', {
  id: text().primaryKey(),
  jobId: text('job_id').notNull(),
  runId: text('run_id').notNull(),
  state: text().$type<RunState>().notNull(),
  startedAt: instant('started_at'),
  endedAt: instant('ended_at'),
  lastEventAt: instant('last_event_at').notNull(),
  nominalStartAt: instant('nominal_start_at'),
  nominalEndAt: instant('nominal_end_at'),
  errorMessage: text('error_message'),
  parentJobNamespace: text('parent_job_namespace'),
  parentJobName: text('parent_job_name'),
  parentRunId: text('parent_run_id'),
  progress: jsonb().$type<Progress>().notNull(),
  said: jsonb().$type<LastSaid>().notNull(),
  statement: jsonb().$type<Statement>(),
  spent: boolean().notNull(),
  recordedAt: instant('recorded_at').notNull(),
});

export const jobDataset = catalog.table('job_dataset', {
  id: bigintText().primaryKey(),
  jobId: text('job_id').notNull(),
  assetNo: bigintText('asset_no').notNull(),
  role: text().$type<JobRole>().notNull(),
  recordedFrom: instant('recorded_from').notNull(),
  recordedTo: instantOrOpen('recorded_to').notNull(),
});

/** Tables of the kernel that reads of the catalog join. */
export const resource = pgSchema('kernel').table('resource', {
  no: bigintText().primaryKey(),
  type: text().notNull(),
  aclId: integer('acl_id').notNull(),
});
