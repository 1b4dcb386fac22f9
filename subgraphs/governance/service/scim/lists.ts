import { GROUP, type ResourceSchema, USER } from '../../domain/scim/attribute.ts';
import { MEMBERS_MAX } from '../../domain/scim/group.ts';
import type { JsonObject } from '../../domain/scim/matches.ts';
import { parseFilter } from '../../domain/scim/parseFilter.ts';
import { scimFault } from '../../domain/scim/scimFault.ts';
import { readSelection, wants } from '../../domain/scim/selection.ts';
import { listKept } from '../../store/scim/listKept.ts';
import { countMembers } from '../../store/scim/members.ts';
import type { Kept } from '../../store/scim/resourceRow.ts';
import type { ScimCall } from './call.ts';
import { showGroups, showUsers } from './shown.ts';

export const COUNT_MAX = 200;
const COUNT_USUAL = 100;

/** A page of people, RFC 7644 section 3.4.2. @throws Fault BAD_USER_INPUT */
export async function listUsers({ kernel: { db }, query }: ScimCall): Promise<object> {
  const selection = readSelection(query, USER);
  const { startIndex, total, kept } = await found(db, 'user', query, USER);
  return listOf(startIndex, total, await showUsers(db, kept, selection));
}

/** A page of teams. With members it is shorter where there are many. @throws Fault BAD_USER_INPUT */
export async function listGroups({ kernel: { db }, query }: ScimCall): Promise<object> {
  const selection = readSelection(query, GROUP);
  const { startIndex, total, kept } = await found(db, 'group', query, GROUP);
  const shown = wants(selection, 'members')
    ? withFewMembers(
        kept,
        await countMembers(
          db,
          kept.map(({ id }) => id),
        ),
      )
    : kept;
  return listOf(startIndex, total, await showGroups(db, shown, selection));
}

type Db = ScimCall['kernel']['db'];

async function found(db: Db, kind: 'user' | 'group', query: URLSearchParams, schema: ResourceSchema) {
  const startIndex = Math.max(1, readNumber(query, 'startIndex', 1));
  const limit = Math.min(COUNT_MAX, Math.max(0, readNumber(query, 'count', COUNT_USUAL)));
  const text = query.get('filter');
  const filter = text === null || text.trim() === '' ? null : parseFilter(text, schema);
  return { startIndex, ...(await listKept(db, kind, filter, { offset: startIndex - 1, limit })) };
}

function readNumber(query: URLSearchParams, name: string, usual: number): number {
  const text = query.get(name);
  if (text === null || text === '') return usual;
  if (/^-?\d{1,9}$/.test(text)) return Number(text);
  throw scimFault('invalidValue', `${name} must be a whole number, e.g. 1.`);
}

/** The first groups, as long as they have not more members together than one may have. */
function withFewMembers(kept: readonly Kept[], counts: ReadonlyMap<string, number>): readonly Kept[] {
  let sum = 0;
  const end = kept.findIndex(({ id }, place) => (sum += counts.get(id) ?? 0) > MEMBERS_MAX && place > 0);
  return end === -1 ? kept : kept.slice(0, end);
}

const listOf = (startIndex: number, totalResults: number, resources: readonly JsonObject[]): object => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
  totalResults,
  startIndex,
  itemsPerPage: resources.length,
  Resources: resources,
});
