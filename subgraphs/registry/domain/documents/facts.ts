import type { Artifact, Evidence, Model, ModelVersion, StageBinding, Tag, VersionDataset } from '../model.ts';

/** An approval that was asked for, as far as the caller may read it. */
export interface ApprovalFact {
  readonly id: string;
  readonly stage: string;
  readonly state: string;
  readonly policyName: string;
  readonly policyVersion: number;
  readonly contentDigest: string;
  readonly decidedAt: string | null;
  readonly decisions: readonly { readonly reviewerId: string; readonly verdict: string }[];
}

/** All that a document about a version is written from. */
export interface Facts {
  readonly model: Model;
  readonly owners: readonly string[];
  readonly tags: readonly Tag[];
  readonly version: ModelVersion;
  readonly artifacts: readonly Artifact[];
  readonly datasets: readonly VersionDataset[];
  /** Of what counts, the latest of each kind and name. */
  readonly evidence: readonly Evidence[];
  /** What was in stages of the model and is, the latest first. */
  readonly history: readonly StageBinding[];
  /** Numbers of versions by their ids, as far as the history names them. */
  readonly numbers: ReadonlyMap<string, number>;
  /** Null when the caller may not read them. */
  readonly approvals: readonly ApprovalFact[] | null;
  /** What differs from the sealed version before it; null when there is none. */
  readonly changes: { readonly sinceNumber: number; readonly summary: readonly string[] } | null;
}

export interface Source {
  readonly type: 'Model' | 'ModelVersion' | 'Evidence' | 'StageBinding' | 'ApprovalRequest' | 'Dataset';
  readonly id: string;
  readonly digest: string | null;
}

export interface Gap {
  readonly missing: string;
  readonly help: string;
}

export const versionSource = ({ version }: Facts): Source => ({ type: 'ModelVersion', id: version.id, digest: version.digest });
export const modelSource = ({ model }: Facts): Source => ({ type: 'Model', id: model.id, digest: null });
export const evidenceSource = ({ id, digest }: Evidence): Source => ({ type: 'Evidence', id, digest });
