import { bigint, boolean, doublePrecision, integer, jsonb, pgSchema, text } from 'drizzle-orm/pg-core';
import { bigintText, instant } from '../../kernel/db/columns.ts';
import type { Digest } from '../../kernel/canonical.ts';
import type { BindingKind, DatasetRole, ParamValue, Signature, VersionState } from './domain/model.ts';

const registry = pgSchema('registry');

export const model = registry.table('model', {
  no: bigintText().primaryKey(),
  id: text().notNull(),
  name: text().notNull(),
  foldedName: text('folded_name').notNull(),
  description: text().notNull(),
  lastNumber: integer('last_number').notNull(),
  version: integer().notNull(),
  createdBy: text('created_by').notNull(),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
  deletedAt: instant('deleted_at'),
});

export const modelOwner = registry.table('model_owner', {
  modelNo: bigintText('model_no').notNull(),
  principalId: text('principal_id').notNull(),
});

export const modelTag = registry.table('model_tag', {
  modelNo: bigintText('model_no').notNull(),
  key: text().notNull(),
  value: text().notNull(),
});

export const modelVersion = registry.table('model_version', {
  id: text().primaryKey(),
  modelNo: bigintText('model_no').notNull(),
  number: integer().notNull(),
  state: text().$type<VersionState>().notNull(),
  contentDigest: text('content_digest').$type<Digest>(),
  manifest: text(),
  source: text().notNull(),
  runId: text('run_id'),
  description: text().notNull(),
  codeCommit: text('code_commit'),
  signature: jsonb().$type<Signature>(),
  params: jsonb().$type<Readonly<Record<string, ParamValue>>>().notNull(),
  version: integer().notNull(),
  createdBy: text('created_by').notNull(),
  createdAt: instant('created_at').notNull(),
  updatedAt: instant('updated_at').notNull(),
  sealedAt: instant('sealed_at'),
  deletedAt: instant('deleted_at'),
});

export const versionTag = registry.table('version_tag', {
  versionId: text('version_id').notNull(),
  key: text().notNull(),
  value: text().notNull(),
});

export const damage = registry.table('damage', {
  versionId: text('version_id').notNull(),
  foundAt: instant('found_at').notNull(),
  endedAt: instant('ended_at'),
  findings: jsonb().$type<readonly { readonly path: string; readonly found: 'CHANGED' | 'MISSING' }[]>().notNull(),
  eventId: text('event_id').notNull(),
});

export const blobUpload = registry.table('blob_upload', {
  digest: text().$type<Digest>().notNull(),
  principalId: text('principal_id').notNull(),
  sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
  uploadedAt: instant('uploaded_at').notNull(),
  eventId: text('event_id').notNull(),
});

export const artifact = registry.table('artifact', {
  versionId: text('version_id').notNull(),
  path: text().notNull(),
  sizeBytes: bigint('size_bytes', { mode: 'number' }).notNull(),
  digest: text().$type<Digest>().notNull(),
  mediaType: text('media_type').notNull(),
  isExecutable: boolean('is_executable').notNull(),
});

export const versionDataset = registry.table('version_dataset', {
  versionId: text('version_id').notNull(),
  role: text().$type<DatasetRole>().notNull(),
  datasetId: text('dataset_id'),
  datasetUrn: text('dataset_urn').notNull(),
  asOf: instant('as_of'),
  digest: text(),
});

export const aliasBinding = registry.table('alias_binding', {
  modelNo: bigintText('model_no').notNull(),
  alias: text().notNull(),
  foldedAlias: text('folded_alias').notNull(),
  versionId: text('version_id').notNull(),
  boundBy: text('bound_by').notNull(),
  boundFrom: instant('bound_from').notNull(),
  boundTo: instant('bound_to'),
  eventId: text('event_id').notNull(),
  endEventId: text('end_event_id'),
});

export const stage = registry.table('stage', {
  modelNo: bigintText('model_no').notNull(),
  stage: text().notNull(),
});

export const stageBinding = registry.table('stage_binding', {
  seq: bigintText().primaryKey(),
  id: text().notNull(),
  modelNo: bigintText('model_no').notNull(),
  stage: text().notNull(),
  number: integer().notNull(),
  versionId: text('version_id').notNull(),
  contentDigest: text('content_digest').$type<Digest>().notNull(),
  kind: text().$type<BindingKind>().notNull(),
  approvalId: text('approval_id'),
  reason: text().notNull(),
  incident: text(),
  boundBy: text('bound_by').notNull(),
  boundFrom: instant('bound_from').notNull(),
  boundTo: instant('bound_to'),
  expiresAt: instant('expires_at'),
  eventId: text('event_id').notNull(),
  endEventId: text('end_event_id'),
});

export const breakGlassReview = registry.table('break_glass_review', {
  bindingId: text('binding_id').primaryKey(),
  outcome: text().$type<'JUSTIFIED' | 'NOT_JUSTIFIED'>(),
  comment: text(),
  reviewedBy: text('reviewed_by'),
  reviewedAt: instant('reviewed_at'),
  eventId: text('event_id'),
});

export const featureBinding = registry.table('feature_binding', {
  id: text().primaryKey(),
  versionId: text('version_id').notNull(),
  feature: text().notNull(),
  columnId: text('column_id').notNull(),
  columnUrn: text('column_urn').notNull(),
  datasetId: text('dataset_id').notNull(),
  state: text().$type<'PROPOSED' | 'CONFIRMED' | 'REJECTED'>().notNull(),
  origin: text().$type<'DECLARED' | 'PROPOSED'>().notNull(),
  confidence: doublePrecision().notNull(),
  reasons: text().array().notNull(),
  encoding: text(),
  recordedBy: text('recorded_by').notNull(),
  recordedAt: instant('recorded_at').notNull(),
  endedAt: instant('ended_at'),
  eventId: text('event_id').notNull(),
  endEventId: text('end_event_id'),
});
