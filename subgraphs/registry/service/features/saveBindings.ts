import { addEvidence } from '../../../../kernel/approval/evidence.ts';
import type { Origin } from '../../../../kernel/audit/append.ts';
import { record, type Receipt } from '../../../../kernel/audit/record.ts';
import type { Digest } from '../../../../kernel/canonical.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { newId } from '../../../../kernel/ids.ts';
import type { Refusal } from '../../../../kernel/mutation/mutate.ts';
import { toMs } from '../../../../kernel/time.ts';
import { bindingsDigest, confirmedDigest, coverageOf, type FeatureCoverage } from '../../domain/features/coverage.ts';
import type { FeatureBinding } from '../../domain/features/binding.ts';
import { restate, type Wanted } from '../../domain/features/restate.ts';
import { aboutVersion, happening, versionPayload } from '../../domain/happening.ts';
import type { ModelVersion, Signature } from '../../domain/model.ts';
import { endFeatureBindings, featureBindingsOf, insertFeatureBindings } from '../../store/features/bindings.ts';
import { lockVersion } from '../../store/writeVersions.ts';
import { gone, refusal } from '../../../../kernel/mutation/refusal.ts';

/** A version whose signature stands. */
export type SignedVersion = ModelVersion & { readonly digest: Digest; readonly signature: Signature };

/** The version, kept from other writers, when it has a signature that will not change. */
export async function lockSigned(tx: Tx, id: string): Promise<{ readonly version: SignedVersion } | Refusal> {
  const version = await lockVersion(tx, id);
  if (version === null) return gone('The version');
  const { digest, signature, state, number } = version;
  if (state !== 'SEALED' || digest === null)
    return refusal(
      state === 'DAMAGED' ? 'DAMAGED' : 'NOT_SEALED',
      `Version ${number} is ${state.toLowerCase()}: features are bound when the signature stands. Seal it first: sealModelVersion.`,
    );
  if (signature === null || signature.inputs.length === 0)
    return refusal(
      'NO_SIGNATURE',
      `Version ${number} was sealed without a signature, so it has no inputs to bind. Seal a version that has one.`,
    );
  return { version: { ...version, digest, signature } };
}

export type WantedBinding = Wanted<
  Pick<FeatureBinding, 'feature' | 'columnId' | 'columnUrn' | 'datasetId' | 'encoding' | 'confidence' | 'reasons'>
>;

export interface SavedBindings {
  readonly receipt: Receipt;
  readonly coverage: FeatureCoverage;
  readonly begun: number;
}

/**
 * Makes wanted bindings hold in the place of what was said before. What is confirmed is evidence of the version, so that another
 * column voids what was asked for on it. The caller holds the version.
 */
export async function saveBindings(
  tx: Tx,
  origin: Origin,
  version: SignedVersion,
  wanted: readonly WantedBinding[],
): Promise<SavedBindings> {
  const known = await featureBindingsOf(tx, [version.id], null);
  const { ended, begun } = restate(known, wanted);
  const replaced = new Set(ended);
  const next = [...known.filter(({ id }) => !replaced.has(id)), ...begun];
  const coverage = coverageOf(version.signature, next);
  const lines = begun.map(({ feature, columnId, state, encoding }) => ({ feature, columnId, state, encoding }));
  const receipt = await record(tx, origin, [
    happening(
      'registry.features.set.v1',
      aboutVersion(version, bindingsDigest(next), { fields: ['featureBindings'], detail: { ended, begun: lines } }),
      {
        ...versionPayload(version),
        inputs: coverage.inputs,
        bound: coverage.bound,
        proposed: next.filter(({ state }) => state === 'PROPOSED').length,
      },
    ),
  ]);
  await endFeatureBindings(tx, ended, receipt.auditId);
  await insertFeatureBindings(
    tx,
    { versionId: version.id, recordedBy: origin.actor.id, eventId: receipt.auditId },
    begun.map((binding) => ({ ...binding, id: newId('featureBinding', toMs(tx.now)) })),
  );
  if (confirmedDigest(known) === confirmedDigest(next)) return { receipt, coverage, begun: begun.length };
  const { readToken } = await addCoverage(tx, origin, version, coverage, confirmedDigest(next));
  return { receipt: { ...receipt, readToken }, coverage, begun: begun.length };
}

async function addCoverage(
  tx: Tx,
  origin: Origin,
  version: SignedVersion,
  { bound, inputs, coverage }: FeatureCoverage,
  inputsDigest: Digest,
): Promise<Receipt> {
  const { receipt } = await addEvidence(tx, origin, {
    subjectId: version.id,
    subjectDigest: version.digest,
    kind: 'lineage',
    name: 'feature-coverage',
    producerId: origin.actor.id,
    tool: 'cadastre',
    toolVersion: 'feature-coverage/1',
    inputsDigest,
    value: { bound, inputs, coverage },
  });
  return receipt;
}
