import type { ApprovalRequest } from '../../../../kernel/approval/request.ts';
import type { Digest } from '../../../../kernel/canonical.ts';
import type { Instant } from '../../../../kernel/time.ts';

type Judged = Pick<ApprovalRequest, 'state' | 'contentDigest' | 'validUntil'>;

/** Whether what is in a stage is there by an approval that holds: whoever asks for the next one in time closes nothing by that. */
export const isInForce = (
  { state, contentDigest, validUntil }: Judged,
  { digest, at }: { readonly digest: Digest | null; readonly at: Instant },
): boolean => state === 'APPLIED' && contentDigest === digest && validUntil !== null && validUntil > at;
