import { digestOf } from '../../../../kernel/canonical.ts';
import type { Queryable } from '../../../../kernel/db/database.ts';
import { GROUP, type ResourceSchema, USER } from '../../domain/scim/attribute.ts';
import type { JsonObject } from '../../domain/scim/matches.ts';
import { select, type Selection, wants } from '../../domain/scim/selection.ts';
import { userDocument } from '../../domain/scim/user.ts';
import { groupsOfMembers, membersOfGroups } from '../../store/scim/members.ts';
import type { Kept } from '../../store/scim/resourceRow.ts';

export const BASE = '/scim/v2';

/** The version of what a client sees, RFC 7644 section 3.14. */
export const etagOf = ({ id, name, email, state, externalId, changedAt }: Kept): string =>
  `W/"${digestOf({ id, name, email, state, externalId, changedAt }).slice('sha256:'.length, 'sha256:'.length + 20)}"`;

/** People as SCIM shows them. */
export async function showUsers(db: Queryable, kept: readonly Kept[], selection: Selection): Promise<readonly JsonObject[]> {
  const memberships =
    wants(selection, 'groups') && kept.length > 0
      ? await groupsOfMembers(
          db,
          kept.map(({ id }) => id),
        )
      : [];
  const groups = listed(
    memberships,
    ({ memberId }) => memberId,
    ({ id, name }) => ({ value: id, $ref: at(GROUP, id), display: name }),
  );
  return kept.map((user) => {
    const { email, externalId, attributes, state, id } = user;
    const document = userDocument({ email: email ?? '', externalId, active: state === 'active', attributes });
    return select({ ...head(user, USER), ...document, ...some('groups', groups.get(id)) }, selection, USER);
  });
}

/** Teams as SCIM shows them, with the members that the provider put there. */
export async function showGroups(db: Queryable, kept: readonly Kept[], selection: Selection): Promise<readonly JsonObject[]> {
  const found =
    wants(selection, 'members') && kept.length > 0
      ? await membersOfGroups(
          db,
          kept.map(({ id }) => id),
        )
      : [];
  const members = listed(
    found,
    ({ groupId }) => groupId,
    ({ memberId, name }) => ({
      value: memberId,
      $ref: at(USER, memberId),
      type: 'User',
      display: name,
    }),
  );
  return kept.map((group) => {
    const { id, name, externalId } = group;
    const document = { displayName: name, ...(externalId !== null && { externalId }), ...some('members', members.get(id)) };
    return select({ ...head(group, GROUP), ...document }, selection, GROUP);
  });
}

function head(kept: Kept, schema: ResourceSchema): JsonObject {
  const { id, recordedAt, changedAt } = kept;
  return {
    schemas: [schema.id],
    id,
    meta: {
      resourceType: schema.name,
      created: recordedAt,
      lastModified: changedAt,
      location: at(schema, id),
      version: etagOf(kept),
    },
  };
}

/** Relative to the server, which does not know how clients call it. */
export const at = ({ endpoint }: ResourceSchema, id: string): string => `${BASE}${endpoint}/${id}`;

const some = (name: string, values: readonly JsonObject[] | undefined): JsonObject =>
  values === undefined ? {} : { [name]: values };

function listed<T>(
  items: readonly T[],
  keyOf: (item: T) => string,
  shown: (item: T) => JsonObject,
): ReadonlyMap<string, readonly JsonObject[]> {
  const lists = new Map<string, JsonObject[]>();
  for (const item of items) {
    const list = lists.get(keyOf(item));
    if (list === undefined) lists.set(keyOf(item), [shown(item)]);
    else list.push(shown(item));
  }
  return lists;
}
