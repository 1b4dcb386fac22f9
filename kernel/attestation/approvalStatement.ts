import { z } from 'zod';
import { canonicalJson, type Digest } from '../canonical.ts';
import { malformed } from '../audit/log/logError.ts';
import type { SignerKey, VerifierKey } from '../audit/log/noteKey.ts';
import type { Instant } from '../time.ts';
import { type Envelope, openEnvelope, sealEnvelope } from './envelope.ts';

/** In-toto Statement v1 in a DSSE envelope. */
const PAYLOAD_TYPE = 'application/vnd.in-toto+json';
const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
const PREDICATE_TYPE = 'urn:cadastre:attestation:model-approval:v1';

const SUBJECTS_MAX = 20_000;

/** That the bytes of a version may be in a stage, by whose decision, and until when. */
export interface ModelApproval {
  readonly model: string;
  readonly version: number;
  readonly stage: string;
  /** Digest of the sealed manifest, which names every artifact. */
  readonly contentDigest: Digest;
  /** Digest of the evidence that was decided on; null where no policy asked for any. */
  readonly evidenceDigest: Digest | null;
  /** Null where no policy guards the stage, and under break-glass. */
  readonly approval: {
    readonly id: string;
    readonly decidedAt: Instant;
    readonly policy: string;
    readonly policyVersion: number;
    readonly policyDigest: Digest;
    /** Ids of the people who approved. */
    readonly reviewers: readonly string[];
  } | null;
  /** The incident, when it got there by break-glass. */
  readonly incident: string | null;
  /** The audit event by which it got into the stage; null before it did. */
  readonly auditId: string | null;
  readonly issuedAt: Instant;
  /** From then on it proves nothing: ask for a new one. */
  readonly notAfter: Instant;
  readonly artifacts: readonly Artifact[];
}

export interface Artifact {
  readonly path: string;
  readonly digest: Digest;
}

const digest = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/)
  .transform((text) => text as Digest);
const instant = z.iso.datetime({ precision: 6 }).transform((text) => text as Instant);
const sha256 = z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) });

const statement = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z
    .array(z.strictObject({ name: z.string().max(1_000), digest: sha256 }))
    .min(1)
    .max(SUBJECTS_MAX),
  predicateType: z.literal(PREDICATE_TYPE),
  predicate: z.strictObject({
    model: z.string(),
    version: z.int().positive(),
    stage: z.string(),
    contentDigest: digest,
    evidenceDigest: digest.nullable(),
    approval: z
      .strictObject({
        id: z.string(),
        decidedAt: instant,
        policy: z.string(),
        policyVersion: z.int(),
        policyDigest: digest,
        reviewers: z.array(z.string()).max(1_000),
      })
      .nullable(),
    incident: z.string().nullable(),
    auditId: z.string().nullable(),
    issuedAt: instant,
    notAfter: instant,
  }),
});

export function attest({ artifacts, ...predicate }: ModelApproval, key: SignerKey): Envelope {
  const body = canonicalJson({
    _type: STATEMENT_TYPE,
    subject: artifacts.map((artifact) => ({ name: artifact.path, digest: { sha256: artifact.digest.slice('sha256:'.length) } })),
    predicateType: PREDICATE_TYPE,
    predicate,
  });
  return sealEnvelope(PAYLOAD_TYPE, body, key);
}

/** What an attestation says, once its signature was checked. @throws LogError MALFORMED, BAD_SIGNATURE */
export function readAttestation(text: string, keys: readonly VerifierKey[]): ModelApproval {
  const { body } = openEnvelope(text, PAYLOAD_TYPE, keys);
  const parsed = statement.safeParse(parse(body));
  if (!parsed.success) throw malformed('The envelope is signed, but holds no approval of a model in the form of version 1.');
  const { subject, predicate } = parsed.data;
  const artifacts = subject.map(({ name, digest: { sha256: hex } }) => ({ path: name, digest: `sha256:${hex}` as Digest }));
  return { ...predicate, artifacts };
}

function parse(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return null;
  }
}
