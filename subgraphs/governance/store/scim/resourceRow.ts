import type { Instant } from '../../../../kernel/time.ts';
import type { JsonObject } from '../../domain/scim/matches.ts';
import type { PrincipalState } from '../../domain/principal.ts';

/** Somebody, or a team, as a provider keeps it here. */
export interface Kept {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly state: PrincipalState;
  readonly externalId: string | null;
  /** What the provider said last. */
  readonly active: boolean;
  readonly attributes: JsonObject;
  readonly recordedAt: Instant;
  readonly changedAt: Instant;
  readonly isRemoved: boolean;
}

export type KeptKind = 'user' | 'group';

/** What is selected as `Kept`, of the principal `p` and its resource `s`. */
export const KEPT = `p.id, p.name, p.email, p.state, s.external_id as "externalId", s.active, s.attributes,
  s.recorded_at as "recordedAt", s.changed_at as "changedAt", s.removed_at is not null as "isRemoved"`;

/** Of people: as `p.email` and `p.state` are seen by SCIM. */
export const FROM_KEPT = 'from kernel.scim_resource s join kernel.principal p on p.id = s.principal_id';
