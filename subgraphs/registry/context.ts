import type DataLoader from 'dataloader';
import { type ApprovalPolicy, policiesInForce } from '../../kernel/approval/guards.ts';
import type { RequestContext } from '../../kernel/context.ts';
import type { Queryable } from '../../kernel/db/database.ts';
import type { Kernel } from '../../kernel/graph/subgraph.ts';
import { groupBy } from '../../kernel/groupBy.ts';
import { loaderBy } from '../../kernel/loader.ts';
import { isFound, type Rights, seen } from '../../kernel/policy/seen.ts';
import { type Bitmap, visible } from '../../kernel/policy/visible.ts';
import type { Instant } from '../../kernel/time.ts';
import type { AliasBinding, Model, ModelVersion, No, StageBinding, Tag, VersionDataset } from './domain/model.ts';
import type { FeatureBinding } from './domain/features/binding.ts';
import { type Downstream, downstreamOf } from './service/features/downstream.ts';
import { seenAssets } from './service/features/seenAssets.ts';
import { aliasesOfModels } from './store/aliases.ts';
import { artifactTotals } from './store/artifacts.ts';
import { featureBindingsOf } from './store/features/bindings.ts';
import { modelsById, modelsByNo, ownersOfModels, tagsOfModels } from './store/readModels.ts';
import { anyVersionsById, datasetsOfVersions, latestVersions, tagsOfVersions, versionsById } from './store/readVersions.ts';
import { bindingsById, stagesOfModels, stagesOfVersions } from './store/stages.ts';

export interface ArtifactTotals {
  readonly count: number;
  readonly sizeBytes: number;
}

/** What resolvers and services of one request work with. Loaders answer for the moment that the request asks for. */
export interface Context {
  readonly kernel: Kernel;
  readonly request: RequestContext;
  /** The models that the caller may read. */
  readonly visible: () => Promise<Bitmap>;
  /** Looks for one thing that the caller may see, also while its class changes. */
  readonly look: <T>(find: (bitmap: Bitmap) => Promise<T | null>) => Promise<T | null>;
  readonly models: DataLoader<string, Model | null>;
  /** Also those that were deleted, as `anyVersions`. */
  readonly modelsByNo: DataLoader<No, Model | null>;
  readonly owners: DataLoader<No, readonly string[]>;
  readonly modelTags: DataLoader<No, readonly Tag[]>;
  readonly versions: DataLoader<string, ModelVersion | null>;
  /** Also those that were deleted: what happened with them still has a name. */
  readonly anyVersions: DataLoader<string, ModelVersion | null>;
  readonly latest: DataLoader<No, ModelVersion | null>;
  readonly versionTags: DataLoader<string, readonly Tag[]>;
  readonly datasets: DataLoader<string, readonly VersionDataset[]>;
  readonly artifactTotals: DataLoader<string, ArtifactTotals>;
  readonly aliases: DataLoader<No, readonly (AliasBinding & { readonly folded: string })[]>;
  readonly stages: DataLoader<No, readonly StageBinding[]>;
  readonly stagesOfVersion: DataLoader<string, readonly StageBinding[]>;
  readonly bindings: DataLoader<string, StageBinding | null>;
  readonly featureBindings: DataLoader<string, readonly FeatureBinding[]>;
  /** Whether the caller may see a dataset or column. */
  readonly seenAssets: DataLoader<string, boolean>;
  /** What is made of columns, as far as the caller may see it. */
  readonly downstream: DataLoader<string, Downstream | null>;
  /** Approval policies in force, by which a name is a guarded stage. */
  readonly guards: () => Promise<readonly ApprovalPolicy[]>;
  /** Forgets what this request has read; called after it wrote. */
  readonly forget: () => void;
}

const NO_FILES: ArtifactTotals = { count: 0, sizeBytes: 0 };

export function createContext(kernel: Kernel, request: RequestContext): Context {
  const { db } = kernel;
  let bitmap: Promise<Bitmap> | null = null;
  let guards: Promise<readonly ApprovalPolicy[]> | null = null;
  const mayRead = (): Promise<Bitmap> => (bitmap ??= visible(db, request, 'registry.read'));
  const rights: Rights = { now: mayRead, renew: () => (bitmap = visible(db, request, 'registry.read')) };
  const loaders = {
    ...modelLoaders(db, rights, request.asOf),
    ...versionLoaders(db, rights, request.asOf),
    seenAssets: loaderBy<string, boolean>((ids) => seenAssets({ kernel, request }, ids), false),
    downstream: loaderBy<string, Downstream | null>((ids) => downstreamOf({ kernel, request }, ids), null),
  };
  return {
    kernel,
    request,
    visible: mayRead,
    look: (find) => seen(rights, find, isFound),
    ...loaders,
    guards: () => (guards ??= policiesInForce(db)),
    forget: () => {
      // Rights too: the write may have made a class of models that the bitmap does not know.
      bitmap = null;
      guards = null;
      for (const loader of Object.values(loaders)) loader.clearAll();
    },
  };
}

const modelLoaders = (db: Queryable, rights: Rights, asOf: Instant | null) => ({
  models: visibleOne('id', rights, (ids, bitmap) => modelsById(db, bitmap, ids, asOf)),
  modelsByNo: visibleOne('no', rights, (nos, bitmap) => modelsByNo(db, bitmap, nos)),
  owners: loaderBy<No, readonly string[]>(async (nos) => ownersByModel(await ownersOfModels(db, nos)), []),
  modelTags: many('no', (nos) => tagsOfModels(db, nos)),
  latest: visibleOne('modelNo', rights, (nos, bitmap) => latestVersions(db, bitmap, nos, asOf)),
  aliases: many('modelNo', (nos) => aliasesOfModels(db, nos, asOf)),
  stages: many('modelNo', (nos) => stagesOfModels(db, nos, asOf)),
});

const versionLoaders = (db: Queryable, rights: Rights, asOf: Instant | null) => ({
  versions: visibleOne('id', rights, (ids, bitmap) => versionsById(db, bitmap, ids, asOf)),
  anyVersions: visibleOne('id', rights, (ids, bitmap) => anyVersionsById(db, bitmap, ids, asOf)),
  versionTags: many('versionId', (ids) => tagsOfVersions(db, ids)),
  datasets: many('versionId', (ids) => datasetsOfVersions(db, ids)),
  artifactTotals: loaderBy<string, ArtifactTotals>(
    async (ids) => new Map((await artifactTotals(db, ids)).map((total) => [total.id, total])),
    NO_FILES,
  ),
  stagesOfVersion: many('versionId', (ids) => stagesOfVersions(db, ids, asOf)),
  bindings: visibleOne('id', rights, (ids, bitmap) => bindingsById(db, bitmap, ids, asOf)),
  featureBindings: many('versionId', (ids) => featureBindingsOf(db, ids, asOf)),
});

type Rows<T> = (keys: readonly string[]) => Promise<readonly T[]>;

/** The one row whose field is the key, of those that the caller may see. */
const visibleOne = <F extends string, T extends Readonly<Record<F, string>>>(
  field: F,
  rights: Rights,
  rows: (keys: readonly string[], bitmap: Bitmap) => Promise<readonly T[]>,
): DataLoader<string, T | null> =>
  loaderBy<string, T | null>(
    async (keys) =>
      keyed(
        field,
        await seen(
          rights,
          (bitmap) => rows(keys, bitmap),
          (found) => found.length >= keys.length,
        ),
      ),
    null,
  );

const keyed = <F extends string, T extends Readonly<Record<F, string>>>(field: F, rows: readonly T[]): ReadonlyMap<string, T> =>
  new Map(rows.map((row) => [row[field], row]));

/** All rows whose field is the key. */
const many = <F extends string, T extends Readonly<Record<F, string>>>(
  field: F,
  rows: Rows<T>,
): DataLoader<string, readonly T[]> =>
  loaderBy<string, readonly T[]>(async (keys) => groupBy(await rows(keys), (row) => row[field]), []);

const ownersByModel = (rows: readonly { readonly no: No; readonly principalId: string }[]): ReadonlyMap<No, readonly string[]> =>
  new Map([...groupBy(rows, ({ no }) => no)].map(([no, owners]) => [no, owners.map(({ principalId }) => principalId)]));
