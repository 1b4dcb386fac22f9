import { randomUUID } from 'node:crypto';
import { graphql } from 'graphql';
import type { PolicyDocument } from '../../kernel/approval/policyDocument.ts';
import { setPolicy } from '../../kernel/approval/setPolicy.ts';
import { originOf } from '../../kernel/audit/record.ts';
import type { RequestContext } from '../../kernel/context.ts';
import type { Database } from '../../kernel/db/database.ts';
import { Fault } from '../../kernel/fault.ts';
import type { Kernel, Subgraph } from '../../kernel/graph/subgraph.ts';
import { internalRequest } from '../../kernel/identity/internal.ts';
import type { Principal } from '../../kernel/identity/principal.ts';
import { decide } from '../../kernel/policy/decision.ts';
import { registrySubgraph } from '../../subgraphs/registry/index.ts';
import { createContext } from '../../subgraphs/registry/context.ts';
import { storeBlob } from '../../subgraphs/registry/service/blobs/storeBlob.ts';
import { bytes as field, smallModel } from './onnxFile.ts';
import { govern, type Governing, newcomer, type Payload, requestOf } from '../store/governing.ts';

export interface RegistryAnswer {
  readonly data: Payload;
  readonly errors: readonly { readonly code: string; readonly message: string }[];
}

/** The registry over one database, with the people and approvals of governance beside it. */
export interface TestRegistry {
  readonly kernel: Kernel;
  readonly subgraph: Subgraph;
  readonly governing: Governing;
  readonly steward: Principal;
  ask(caller: Principal, source: string, variables?: object, request?: Partial<RequestContext>): Promise<RegistryAnswer>;
  /** Runs a mutation with a fresh idempotency key and answers its payload. @throws Fault what it answered in errors */
  act(caller: Principal, mutation: string, input: object): Promise<Payload>;
  upload(caller: Principal, bytes: string | Buffer): Promise<string>;
  /** A model, and a sealed version of it with one file. */
  makeModel(name?: string, tags?: readonly { readonly key: string; readonly value?: string }[]): Promise<Made>;
  makeVersion(modelId: string, text?: string, more?: object): Promise<MadeVersion>;
  /** Puts a policy in force that guards a stage. */
  guard(stage: string, document?: Partial<PolicyDocument>): Promise<void>;
  /** Has a version approved for a stage, by people who may. */
  approve(versionId: string, stage: string): Promise<string>;
  addMetrics(versionId: string, value?: object): Promise<Payload>;
  promote(made: Pick<MadeVersion, 'versionId' | 'digest'>, stage: string, more?: object): Promise<Payload>;
}

export interface MadeVersion {
  readonly versionId: string;
  readonly number: number;
  readonly digest: string;
}
export interface Made extends MadeVersion {
  readonly modelId: string;
}

const VERSION = 'id number state digest version';
const BINDING = 'binding { id stage number kind digest boundFrom boundTo expiresAt modelVersion { id number } }';
const SELECTIONS: Readonly<Record<string, string>> = {
  createModel: '... on ModelCreated { model { id name version } }',
  updateModel: '... on ModelUpdated { model { id name description version owners { id } tags { key value } } }',
  deleteModel: '... on ModelDeleted { modelId }',
  createModelVersion: `... on ModelVersionCreated { modelVersion { ${VERSION} } }`,
  updateModelVersion: `... on ModelVersionUpdated { modelVersion { ${VERSION} } }`,
  deleteModelVersion: '... on ModelVersionDeleted { model { id } }',
  addArtifact: `... on ArtifactAdded { artifact { path sizeBytes digest mediaType isExecutable } modelVersion { ${VERSION} } }`,
  removeArtifact: `... on ArtifactRemoved { modelVersion { ${VERSION} } }`,
  sealModelVersion: `... on ModelVersionSealed { modelVersion { ${VERSION} manifest } }`,
  verifyModelVersion: `... on ModelVersionVerified { isIntact findings { path found } stages modelVersion { ${VERSION} } }`,
  addEvidence: '... on EvidenceAdded { evidence { id kind name value digest isLatest } }',
  setAlias: '... on AliasSet { alias modelVersion { id } }',
  deleteAlias: '... on AliasDeleted { alias }',
  promoteModelVersion: `... on ModelVersionPromoted { note ${BINDING} }`,
  rollbackStage: `... on StageRolledBack { note ${BINDING} }`,
  unbindStage: `... on StageUnbound { ${BINDING} }`,
  breakGlass: `... on GlassBroken { note ${BINDING} }`,
  reviewBreakGlass: `... on BreakGlassReviewed { ${BINDING} }`,
};
const CONFLICTING =
  /^(updateModel|deleteModel|updateModelVersion|deleteModelVersion|addArtifact|removeArtifact|sealModelVersion|promoteModelVersion|rollbackStage|unbindStage)$/;

/** Asks for one reviewer and one metric. */
const ONE_REVIEWER: Omit<PolicyDocument, 'target'> = {
  reviewers: [{ role: 'steward', min: 1 }],
  forbid: ['creator', 'requester'],
  evidence: [{ kind: 'metrics', cel: 'auc >= 0.8' }],
  requestExpiresAfter: 'P14D',
  validFor: 'P180D',
  cooldown: null,
  rollback: 'REUSE',
  breakGlass: { maxDuration: 'PT12H' },
};

export async function testRegistry(db: Database, more: Partial<Kernel> = {}): Promise<TestRegistry> {
  const governing = await govern(db, more);
  const { kernel } = governing;
  const subgraph = registrySubgraph(kernel);
  const [steward, reviewer] = [await newcomer(governing, 'user', ['steward']), await newcomer(governing, 'user', ['steward'])];
  const ask: TestRegistry['ask'] = (caller, source, variables = {}, request = {}) =>
    execute(subgraph, { ...requestOf(caller), ...request }, source, variables);
  const act: TestRegistry['act'] = async (caller, mutation, input) => {
    const type = `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Input`;
    const conflict = CONFLICTING.test(mutation) ? '... on Conflict { currentVersion message }' : '';
    const source = `mutation Test($input: ${type}!) { answer: ${mutation}(input: $input) { __typename ... on MutationPayload { auditId readToken }
      ... on Refused { code message policyIds } ${conflict} ${SELECTIONS[mutation] ?? ''} } }`;
    const { data, errors } = await ask(caller, source, { input: { idempotencyKey: randomUUID(), ...input } });
    const [error] = errors;
    if (error !== undefined) throw new Fault(error.code as 'INTERNAL', { public: error.message });
    return data.answer;
  };
  const upload: TestRegistry['upload'] = async (caller, bytes) =>
    (await storeBlob(createContext(kernel, requestOf(caller)), Buffer.from(bytes))).digest;
  const makeVersion: TestRegistry['makeVersion'] = async (modelId, text = randomUUID(), details = {}) => {
    // Models with a text of their own, so that no two are the same.
    const artifacts = [{ path: 'model.onnx', digest: await upload(steward, Buffer.concat([smallModel(), field(6, text)])) }];
    const { modelVersion } = await act(steward, 'createModelVersion', { modelId, artifacts, ...details });
    const sealed = await act(steward, 'sealModelVersion', { id: modelVersion.id });
    return { versionId: modelVersion.id, number: modelVersion.number, digest: sealed.modelVersion.digest };
  };
  const { ask: govAsk, admin } = governing;
  const decideBy = async (caller: Principal, source: string, input: object): Promise<Payload> => {
    const { data, errors } = await govAsk(caller, source, { input: { idempotencyKey: randomUUID(), ...input } });
    if (errors.length > 0) throw new Error(JSON.stringify(errors));
    return data.answer;
  };
  const addMetrics: TestRegistry['addMetrics'] = (versionId, value = { auc: 0.9 }) =>
    act(steward, 'addEvidence', { versionId, kind: 'METRICS', tool: 'scikit-learn', value });
  return {
    kernel,
    subgraph,
    governing,
    steward,
    ask,
    act,
    upload,
    makeVersion,
    addMetrics,
    makeModel: async (name = `model ${randomUUID()}`, tags = []) => {
      const { model } = await act(steward, 'createModel', { name, tags });
      return { modelId: model.id, ...(await makeVersion(model.id)) };
    },
    guard: async (stage, document = {}) => {
      const origin = originOf(internalRequest('test'), decide(internalRequest('test'), 'approval.manage'));
      const guarded = { ...ONE_REVIEWER, ...document, target: document.target ?? { kind: 'MODEL_STAGE', stage } };
      await db.transaction((tx) => setPolicy(tx, origin, { name: `${stage}-gate`, document: guarded, reason: 'test' }));
    },
    approve: async (versionId, stage) => {
      const requested = await decideBy(admin, REQUEST, { subjectId: versionId, stage, reason: 'It is good.' });
      if (requested.__typename !== 'ApprovalRequested') throw new Error(JSON.stringify(requested));
      const { id, version } = requested.request;
      const decided = await decideBy(reviewer, DECIDE, { requestId: id, verdict: 'APPROVE', expectedVersion: version });
      if (decided.request?.state !== 'APPROVED') throw new Error(JSON.stringify(decided));
      return id;
    },
    promote: ({ versionId, digest }, stage, details = {}) =>
      act(steward, 'promoteModelVersion', { versionId, stage, expectedDigest: digest, ...details }),
  };
}

const REQUEST = `mutation($input: RequestApprovalInput!) { answer: requestApproval(input: $input) { __typename
  ... on ApprovalRequested { request { id version state } } ... on Refused { code message } } }`;
const DECIDE = `mutation($input: DecideApprovalInput!) { answer: decideApproval(input: $input) { __typename
  ... on ApprovalDecided { request { id state } } ... on Refused { code message } ... on Conflict { message } } }`;

async function execute(
  subgraph: Subgraph,
  request: RequestContext,
  source: string,
  variableValues: object,
): Promise<RegistryAnswer> {
  const { data, errors = [] } = await graphql({
    schema: subgraph.schema,
    source,
    variableValues: { ...variableValues },
    contextValue: subgraph.context(request),
  });
  return {
    data,
    errors: errors.map(({ originalError, extensions, message }) => ({
      code:
        originalError instanceof Fault
          ? originalError.code
          : typeof extensions['code'] === 'string'
            ? extensions['code']
            : (originalError?.stack ?? 'none'),
      message,
    })),
  };
}
