import type { Digest } from '../canonical.ts';
import type { Instant } from '../time.ts';
import type { ModelApproval } from './approvalStatement.ts';

/** What is to be run, as far as whoever asks knows it. */
export interface Asked {
  readonly model: string;
  /** Any version that is attested for the stage, unless given. */
  readonly version?: number;
  readonly stage: string;
  readonly at: Instant;
  /** Digests of the bytes in hand. */
  readonly files: readonly { readonly name: string; readonly digest: Digest }[];
}

export type Objection =
  | { readonly code: 'EXPIRED' | 'NOT_YET' | 'OTHER_MODEL' | 'OTHER_VERSION' | 'OTHER_STAGE'; readonly message: string }
  | { readonly code: 'OTHER_BYTES'; readonly message: string; readonly file: string };

/** A clock may run a little behind the one that signed. */
const SKEW_MS = 60_000;

/** Why a signed attestation does not allow this; empty when it does. */
export function objections(approval: ModelApproval, asked: Asked): readonly Objection[] {
  const { model, version, stage, notAfter, issuedAt } = approval;
  const found: Objection[] = [];
  if (model !== asked.model) found.push({ code: 'OTHER_MODEL', message: `It is about the model ${model}, not ${asked.model}.` });
  if (asked.version !== undefined && version !== asked.version)
    found.push({ code: 'OTHER_VERSION', message: `It is about version ${version}, not ${asked.version}.` });
  if (stage !== asked.stage) found.push({ code: 'OTHER_STAGE', message: `It allows the stage ${stage}, not ${asked.stage}.` });
  if (Date.parse(asked.at) >= Date.parse(notAfter))
    found.push({ code: 'EXPIRED', message: `It was good until ${notAfter}. Ask for a new one.` });
  if (Date.parse(asked.at) + SKEW_MS < Date.parse(issuedAt))
    found.push({ code: 'NOT_YET', message: `It was made at ${issuedAt}, which is later than now: see that the clock is right.` });
  const approved = new Set(approval.artifacts.map(({ digest }) => digest));
  for (const { name, digest } of asked.files)
    if (!approved.has(digest))
      found.push({
        code: 'OTHER_BYTES',
        message: `The bytes of ${name} (${digest}) are none of those that were approved.`,
        file: name,
      });
  return found;
}
