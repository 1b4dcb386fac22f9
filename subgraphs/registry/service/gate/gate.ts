import { decisionsOf } from '../../../../kernel/approval/decisions.ts';
import { type ApprovalRequest, lastRequest, requestById } from '../../../../kernel/approval/request.ts';
import type { Requirement } from '../../../../kernel/approval/requirement.ts';
import { requirementsOf } from '../../../../kernel/approval/requirements.ts';
import { attest } from '../../../../kernel/attestation/approvalStatement.ts';
import { signerKey } from '../../../../kernel/audit/log/noteKey.ts';
import type { Queryable } from '../../../../kernel/db/database.ts';
import { badInput, notFound } from '../../../../kernel/fault.ts';
import { type Instant, toMs } from '../../../../kernel/time.ts';
import { later } from '../../../../kernel/approval/duration.ts';
import type { Context } from '../../context.ts';
import { isInForce } from '../../domain/gate/isInForce.ts';
import { type Verdict, verdictOf } from '../../domain/gate/verdict.ts';
import type { Artifact, Model, ModelVersion, StageBinding } from '../../domain/model.ts';
import { listArtifacts } from '../../store/artifacts.ts';
import { stagesOfVersions } from '../../store/stages.ts';
import { readStage } from '../names.ts';
import { requirePresent } from '../presentOnly.ts';
import { guardOfStage } from '../stages/guard.ts';
import { quickIntegrity } from '../stages/integrity.ts';
import { FILES_MAX } from '../versions/contentOf.ts';
import { type FindVersion, findVersion } from '../versions/readVersions.ts';

export interface AskGate extends FindVersion {
  readonly stage: string;
  /** How long the attestation may be good for, in seconds. */
  readonly attestationSeconds: number;
  /** Whether the stored bytes are read again. */
  readonly readBytes: boolean;
}

export interface Gate extends Verdict {
  readonly stage: string;
  readonly at: Instant;
  readonly policy: string | null;
  readonly version: ModelVersion;
  readonly binding: StageBinding | null;
  readonly approvalId: string | null;
  readonly requirements: readonly Requirement[];
  /** A DSSE envelope as JSON; null when it is not allowed. */
  readonly attestation: string | null;
  readonly attestedUntil: Instant | null;
  /** The key that it verifies with. */
  readonly verifierKey: string;
}

const SECONDS_MAX = 30 * 86_400;

/**
 * Whether a version may run in a stage now, and a signed statement of it for those who cannot ask.
 * @throws Fault NOT_FOUND, BAD_USER_INPUT, AS_OF_UNSUPPORTED
 */
export async function askGate(context: Context, asked: AskGate): Promise<Gate> {
  requirePresent(context, 'gate');
  const { attestationSeconds } = asked;
  if (attestationSeconds < 60 || attestationSeconds > SECONDS_MAX)
    throw badInput(`attestationSeconds: from 60 to ${SECONDS_MAX}, e.g. 86400 for a day.`);
  const stage = readStage(asked.stage);
  const found = await findVersion(context, asked);
  const model = found === null ? null : await context.modelsByNo.load(found.modelNo);
  if (found === null || model === null) throw notFound('The model version');
  // One moment for all of it: what is decided is what is signed.
  const gateOf = (version: ModelVersion): Promise<Gate> =>
    context.kernel.db.transaction((tx) => gateAt(tx, context, { model, version, stage, attestationSeconds }, tx.now), {
      isSnapshot: true,
    });
  const gate = await gateOf(found);
  // What is not allowed is not read for it. Reading takes its time, so it is decided anew afterwards.
  return gate.isAllowed && asked.readBytes ? gateOf(await reread(context, found)) : gate;
}

interface Asked {
  readonly model: Model;
  readonly version: ModelVersion;
  readonly stage: string;
  readonly attestationSeconds: number;
}

async function gateAt(db: Queryable, context: Context, asked: Asked, at: Instant): Promise<Gate> {
  const { model, version, stage } = asked;
  const target = { kind: 'MODEL_STAGE', key: stage } as const;
  const guard = await guardOfStage(db, model.no, stage);
  const binding = (await stagesOfVersions(db, [version.id], null)).find((each) => each.stage === stage) ?? null;
  const inUse = guard === null ? null : await approvalInForce(db, version, binding, at);
  const request = inUse ?? (await lastRequest(db, version.id, target));
  const requirements = await requirementsOf(db, { subjectId: version.id, target }, at, inUse ?? undefined);
  const policy = guard?.name ?? null;
  const verdict = verdictOf({ version, stage, policy, request, requirements, binding, at });
  const counts = verdict.code === 'IN_STAGE' || verdict.code === 'APPROVED' ? request : null;
  const { verifier } = signerKey(context.kernel.auditLog.origin, context.kernel.auditLog.signingKey);
  const files = verdict.isAllowed ? await listArtifacts(db, version.id, null, FILES_MAX) : [];
  const attestedUntil = verdict.isAllowed ? earlier(later(at, asked.attestationSeconds * 1_000), verdict.until) : null;
  return {
    ...verdict,
    stage,
    at,
    policy,
    version,
    binding,
    approvalId: request?.id ?? null,
    requirements,
    attestedUntil,
    attestation:
      attestedUntil === null || files.length === 0
        ? null
        : await attested(db, context, asked, { files, request: counts, binding, at, notAfter: attestedUntil }),
    verifierKey: verifier.vkey,
  };
}

/** By what it is in the stage, while that holds: then nothing else that is asked for counts. */
async function approvalInForce(
  db: Queryable,
  { digest }: ModelVersion,
  binding: StageBinding | null,
  at: Instant,
): Promise<ApprovalRequest | null> {
  const { approvalId } = binding ?? { approvalId: null };
  const request = approvalId === null ? null : await requestById(db, approvalId);
  return request !== null && isInForce(request, { digest, at }) ? request : null;
}

interface Attested {
  readonly files: readonly Artifact[];
  readonly request: ApprovalRequest | null;
  readonly binding: StageBinding | null;
  readonly at: Instant;
  readonly notAfter: Instant;
}

async function attested(
  db: Queryable,
  { kernel }: Context,
  { model, version, stage }: Asked,
  { files, request, binding, at, notAfter }: Attested,
): Promise<string> {
  const { digest } = version;
  if (digest === null) throw new Error(`the sealed version ${version.id} has no digest`);
  const decisions = request === null ? [] : await decisionsOf(db, request.id, request.round);
  const statement = {
    model: model.name,
    version: version.number,
    stage,
    contentDigest: digest,
    evidenceDigest: request?.evidenceDigest ?? null,
    approval:
      request === null || request.decidedAt === null
        ? null
        : {
            id: request.id,
            decidedAt: request.decidedAt,
            policy: request.policyName,
            policyVersion: request.policyVersion,
            policyDigest: request.policyDigest,
            reviewers: decisions.filter(({ verdict }) => verdict === 'APPROVE').map(({ reviewerId }) => reviewerId),
          },
    incident: binding?.kind === 'BREAK_GLASS' ? binding.incident : null,
    auditId: binding?.eventId ?? null,
    issuedAt: at,
    notAfter,
    artifacts: files.map(({ path, digest: fileDigest }) => ({ path, digest: fileDigest })),
  };
  return JSON.stringify(attest(statement, signerKey(kernel.auditLog.origin, kernel.auditLog.signingKey)));
}

/** As it is found: nothing is written, for this is a question. */
async function reread(context: Context, version: ModelVersion): Promise<ModelVersion> {
  const integrity = await quickIntegrity(context, version);
  return integrity.state === 'DAMAGED' ? { ...version, state: 'DAMAGED' } : version;
}

const earlier = (one: Instant, other: Instant | null): Instant => (other === null || toMs(one) <= toMs(other) ? one : other);
