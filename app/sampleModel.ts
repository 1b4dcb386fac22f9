import { type ChurnVersion, churnVersion } from '../connectors/sample/churn/churnVersions.ts';
import type { Instant } from '../kernel/time.ts';
import * as documents from './sampleDocuments.ts';
import { sampleUrn } from './sampleUrn.ts';

/** Asks the graph as one of the people of the sample, at a simulated moment. */
export type AskAs = <T>(by: string, at: Instant, source: string, input: Readonly<Record<string, unknown>>) => Promise<T>;

export interface Cast {
  readonly ask: AskAs;
  readonly clock: () => Instant;
  /** When the stage is; the clock goes on from there by how much is asked, which may differ from one play to the next. */
  readonly moment: Instant;
  /** Answers the digest. */
  readonly upload: (by: string, at: Instant, bytes: Buffer) => Promise<string>;
  /** Ids of teams by what the sample calls them. */
  readonly teams: ReadonlyMap<string, string>;
}

/** At which stage which version of the churn model was trained. */
const TRAINED: Readonly<Partial<Record<number, 1 | 2>>> = { 1: 1, 4: 2 };
const SCIENTIST = 'anselm';
/** Neither of them is in the team that owns the model. */
const REVIEWERS = [
  { by: 'okello', comment: 'The retention budget is planned with it; the hold-out figures are good enough.' },
  { by: 'sunniva', comment: 'No feature says anything of age, origin or health, and both age groups are treated alike.' },
] as const;
const KEY = 'sample/churn';

/**
 * Plays what became of the churn model at a stage: the first version was approved by two people and is in production; the second
 * one waits for somebody to ask.
 */
export async function playModel(cast: Cast, stage: number): Promise<void> {
  const number = TRAINED[stage];
  if (number === undefined) return;
  const version = await churnVersion(number);
  const modelId = await ensureModel(cast);
  const sealed = await register(cast, modelId, number, version);
  await measure(cast, sealed.id, number, version);
  if (number === 1) await approve(cast, sealed);
}

/** The same key makes it once. */
async function ensureModel({ ask, clock, teams }: Cast): Promise<string> {
  const { model } = await ask<{ model: { id: string } }>(SCIENTIST, clock(), documents.createModel, {
    idempotencyKey: `${KEY}/model`,
    name: 'churn',
    description: 'How likely a customer is not to buy again within ninety days. Growth sends vouchers by it.',
    owners: [{ principalId: teams.get('ml') }],
    tags: [
      { key: 'team', value: 'machine-learning' },
      { key: 'risk', value: 'limited' },
    ],
  });
  return model.id;
}

interface Sealed {
  readonly id: string;
  readonly digest: string;
}

async function register(
  { ask, clock, moment, upload }: Cast,
  modelId: string,
  number: number,
  version: ChurnVersion,
): Promise<Sealed> {
  const artifacts = [];
  for (const { path, bytes } of version.files) artifacts.push({ path, digest: await upload(SCIENTIST, clock(), bytes) });
  const { modelVersion } = await ask<{ modelVersion: { id: string } }>(SCIENTIST, clock(), documents.createModelVersion, {
    idempotencyKey: `${KEY}/${number}/version`,
    modelId,
    description: `Churn within ninety days, by ${String(version.params['algorithm'])}.`,
    source: 'connectors/sample/churn/train.py',
    signature: { inputs: version.signature.inputs.map(tensor), outputs: version.signature.outputs.map(tensor) },
    params: Object.entries(version.params).map(([name, value]) => ({ name, value })),
    datasets: [{ role: 'TRAINING', urn: sampleUrn('ml.churn_training', null), asOf: moment }],
    artifacts,
  });
  const input = { idempotencyKey: `${KEY}/${number}/seal`, id: modelVersion.id };
  return (await ask<{ modelVersion: Sealed }>(SCIENTIST, clock(), documents.sealModelVersion, input)).modelVersion;
}

/** A column of rows: as many as somebody asks about at once. */
const tensor = ({ name, type }: { readonly name: string; readonly type: string }) => ({ name, type, shape: [-1, 1] });

async function measure({ ask, clock }: Cast, versionId: string, number: number, version: ChurnVersion): Promise<void> {
  const { tool, metrics, fairness, signature } = version;
  const evidence = { versionId, tool: tool.name, toolVersion: tool.version };
  await ask(SCIENTIST, clock(), documents.addEvidence, {
    ...evidence,
    idempotencyKey: `${KEY}/${number}/metrics`,
    kind: 'METRICS',
    name: 'holdout',
    value: metrics,
  });
  if (number === 1)
    await ask(SCIENTIST, clock(), documents.addEvidence, {
      ...evidence,
      idempotencyKey: `${KEY}/${number}/fairness`,
      kind: 'FAIRNESS',
      name: 'age-groups',
      value: fairness,
    });
  await ask(SCIENTIST, clock(), documents.bindFeatures, {
    idempotencyKey: `${KEY}/${number}/features`,
    versionId,
    bindings: signature.inputs.map(({ name }) => ({ feature: name, column: { urn: sampleUrn('ml.churn_features', name) } })),
  });
}

async function approve({ ask, clock }: Cast, { id, digest }: Sealed): Promise<void> {
  const { request } = await ask<{ request: { id: string } }>(SCIENTIST, clock(), documents.requestApproval, {
    idempotencyKey: `${KEY}/request`,
    subjectId: id,
    stage: 'production',
    reason: 'The voucher campaign of the spring needs it.',
  });
  for (const [i, { by, comment }] of REVIEWERS.entries()) {
    const input = {
      idempotencyKey: `${KEY}/decision/${by}`,
      requestId: request.id,
      verdict: 'APPROVE',
      comment,
      // Each decision is one version more. The present one is another when the sample is played again.
      expectedVersion: 1 + i,
    };
    await ask(by, clock(), documents.decideApproval, input);
  }
  const input = { idempotencyKey: `${KEY}/promotion`, versionId: id, stage: 'production', expectedDigest: digest };
  await ask(SCIENTIST, clock(), documents.promoteModelVersion, input);
}
