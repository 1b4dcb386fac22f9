import type { Recorded } from '../../../kernel/audit/record.ts';
import { type Digest, digestOf } from '../../../kernel/canonical.ts';
import type { Refusal } from '../../../kernel/mutation/mutate.ts';
import type { Instant } from '../../../kernel/time.ts';
import { happening } from './happening.ts';
import type { Principal } from './principal.ts';
import { refusal } from '../../../kernel/mutation/refusal.ts';

/** That nothing of a person or an asset is forgotten until it is released. */
export interface LegalHold {
  readonly id: string;
  readonly subjectType: HeldType;
  readonly subjectId: string;
  readonly reason: string;
  readonly placedBy: string;
  readonly placedAt: Instant;
  readonly releasedBy: string | null;
  readonly releasedAt: Instant | null;
  readonly releaseReason: string | null;
}

export type HeldType = 'User' | 'Asset';

/** What pruning looks for in each detail has a bound. */
export const HOLDS_MAX = 1_000;

/** What can be held: a person or an asset. @param isAsset whether the catalog has an asset of this id */
export function heldType(principal: Principal | null, isAsset: boolean): HeldType | Refusal {
  if (principal?.kind === 'user') return 'User';
  if (principal !== null)
    return refusal(
      'NOT_HOLDABLE',
      `${principal.id} is no person: of teams and services nothing is forgotten. Hold a person or an asset.`,
    );
  return isAsset
    ? 'Asset'
    : refusal('NOT_FOUND', 'No person and no asset has this id. A column is held with its dataset: give the id of that.');
}

/** @param inForce how many there are already */
export const refuseHold = (inForce: number): Refusal | null =>
  inForce < HOLDS_MAX
    ? null
    : refusal('TOO_MANY_HOLDS', `There are ${HOLDS_MAX} holds in force. Release some with releaseLegalHold.`);

/** The hold that can be released. */
export function releasable(hold: LegalHold | null): LegalHold | Refusal {
  if (hold === null) return refusal('NOT_FOUND', 'No hold has this id. Look it up with legalHolds.');
  return hold.releasedAt === null ? hold : refusal('RELEASED', `${hold.id} was released at ${hold.releasedAt}.`);
}

/** Why nobody may forget somebody who is held. @param holds ids of those in force */
export const refuseHeld = (id: string, holds: readonly string[]): Refusal | null =>
  holds.length === 0
    ? null
    : refusal(
        'UNDER_HOLD',
        `${id} is under legal hold (${holds.slice(0, 5).join(', ')}). It must be released first, with releaseLegalHold.`,
      );

/** What must not be changed unseen; the reasons may have to be forgotten. */
export const holdDigest = ({ reason: _, releaseReason: __, ...hold }: LegalHold): Digest => digestOf(hold);

export const holdPlaced = (hold: LegalHold): Recorded =>
  happening('governance.hold.placed.v1', about(hold, ['hold'], hold.reason), { holdId: hold.id, subjectId: hold.subjectId });

export const holdReleased = (hold: LegalHold): Recorded =>
  happening('governance.hold.released.v1', about(hold, ['releasedAt'], hold.releaseReason), {
    holdId: hold.id,
    subjectId: hold.subjectId,
  });

/** About what is held, so that its trail tells of it, in a line of its own, so that its versions do not count it. */
const about = (hold: LegalHold, fields: readonly string[], reason: string | null): Omit<Recorded, 'action' | 'payload'> => ({
  subject: { type: hold.subjectType, id: hold.subjectId, digest: holdDigest(hold) },
  aggregateId: hold.id,
  fields,
  detail: { reason },
});
