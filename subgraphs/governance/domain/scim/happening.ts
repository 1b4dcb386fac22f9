import type { Recorded } from '../../../../kernel/audit/record.ts';
import { aboutPrincipal, happening } from '../happening.ts';
import type { Team, User } from '../principal.ts';
import type { JsonObject } from './matches.ts';

/** What a provider says of a person beside whether they are active. */
export interface Said {
  readonly name: string;
  readonly email: string | null;
  readonly externalId: string | null;
  readonly attributes: JsonObject;
}

/** @param fields `provisioning` where the provider takes somebody over or lets go of them */
export const userChanged = (user: User, fields: readonly string[], before: Said | null, after: Said | null): Recorded =>
  happening('governance.user.changed.v1', aboutPrincipal(user, fields, { before, after }), {
    principalId: user.id,
    fields: [...fields],
  });

export const teamChanged = (team: Team, fields: readonly string[], externalId: string | null): Recorded =>
  happening('governance.team.changed.v1', aboutPrincipal(team, fields, { after: { externalId } }), {
    principalId: team.id,
    fields: [...fields],
  });
