import { Fault, notFound } from '../../../../kernel/fault.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import type { RawReply, Route, RouteRequest } from '../../../../kernel/http/route.ts';
import { isId } from '../../../../kernel/ids.ts';
import { GROUP, type ResourceSchema, USER } from '../../domain/scim/attribute.ts';
import { coerceResource } from '../../domain/scim/coerce.ts';
import type { JsonObject } from '../../domain/scim/matches.ts';
import { applyPatch } from '../../domain/scim/patch.ts';
import { readPatch } from '../../domain/scim/readPatch.ts';
import { statusFault } from '../../domain/scim/scimFault.ts';
import { readSelection } from '../../domain/scim/selection.ts';
import { findKept } from '../../store/scim/kept.ts';
import { type ScimCall, scimCall, SCIM_JSON } from './call.ts';
import { resourceType, resourceTypes, schema, schemas, serviceProviderConfig } from './discovery.ts';
import { scimFaultReply, TYPE_TEXT } from './faultReply.ts';
import { changeGroup, createGroup, deleteGroup } from './groups.ts';
import { listGroups, listUsers } from './lists.ts';
import { at, BASE, etagOf, showGroups, showUsers } from './shown.ts';
import { changeUser, createUser, deleteUser } from './users.ts';
import { isKnown } from './version.ts';

/** Enough for a group of ten thousand. */
const BODY_BYTES_MAX = 2 * 1024 * 1024;

/** SCIM 2.0 (RFC 7643 and 7644): an identity provider makes, changes and puts out people and teams. */
export const scimRoutes = (kernel: Kernel): readonly Route[] => [
  route(kernel, 'GET', '/ServiceProviderConfig', (call) => found(call, serviceProviderConfig())),
  route(kernel, 'GET', '/ResourceTypes', (call) => found(call, resourceTypes())),
  route(kernel, 'GET', '/ResourceTypes/:id', (call, { params }) => found(call, resourceType(params['id'] ?? ''))),
  route(kernel, 'GET', '/Schemas', (call) => found(call, schemas())),
  route(kernel, 'GET', '/Schemas/:id', (call, { params }) => found(call, schema(params['id'] ?? ''))),
  ...resourceRoutes(kernel, USERS),
  ...resourceRoutes(kernel, GROUPS),
];

/** What is done with one kind of resource. */
interface Resources {
  readonly schema: ResourceSchema;
  readonly kind: 'user' | 'group';
  readonly idKind: 'user' | 'team';
  list(call: ScimCall): Promise<object>;
  create(call: ScimCall, resource: JsonObject): Promise<string>;
  change(call: ScimCall, id: string, operation: string, change: (before: JsonObject) => JsonObject): Promise<void>;
  remove(call: ScimCall, id: string): Promise<void>;
  show: typeof showUsers;
}

const USERS: Resources = {
  schema: USER,
  kind: 'user',
  idKind: 'user',
  list: listUsers,
  create: createUser,
  change: changeUser,
  remove: deleteUser,
  show: showUsers,
};

const GROUPS: Resources = {
  schema: GROUP,
  kind: 'group',
  idKind: 'team',
  list: listGroups,
  create: createGroup,
  change: changeGroup,
  remove: deleteGroup,
  show: showGroups,
};

function resourceRoutes(kernel: Kernel, resources: Resources): readonly Route[] {
  const { schema: own, list, create, change, remove } = resources;
  const one = `${own.endpoint}/:id`;
  return [
    route(kernel, 'GET', own.endpoint, async (call) => json(200, await list(call))),
    route(kernel, 'POST', own.endpoint, async (call, { body }) =>
      shown(call, resources, await create(call, coerceResource(own, body)), 201),
    ),
    route(kernel, 'GET', one, async (call, request) => {
      const id = idOf(request, resources);
      return (await unchanged(call, resources, id)) ?? shown(call, resources, id, 200);
    }),
    route(kernel, 'PUT', one, async (call, request) => {
      const [id, wanted] = [idOf(request, resources), coerceResource(own, request.body)];
      await change(call, id, `scim.replace${own.name}`, () => wanted);
      return shown(call, resources, id, 200);
    }),
    route(kernel, 'PATCH', one, async (call, request) => {
      const [id, operations] = [idOf(request, resources), readPatch(request.body)];
      await change(call, id, `scim.patch${own.name}`, (before) => applyPatch(before, operations, own));
      // A group may be long, and nobody who puts one person in wants to read the others.
      const isShort = own.name === 'Group' && !call.query.has('attributes');
      return isShort ? NOTHING : shown(call, resources, id, 200);
    }),
    route(kernel, 'DELETE', one, async (call, request) => {
      await remove(call, idOf(request, resources));
      return NOTHING;
    }),
  ];
}

function route(
  kernel: Kernel,
  method: Route['method'],
  path: string,
  handle: (call: ScimCall, request: RouteRequest) => RawReply | Promise<RawReply>,
): Route {
  return {
    method,
    path: `${BASE}${path}`,
    bodyBytesMax: BODY_BYTES_MAX,
    jsonTypes: ['application/scim+json'],
    faultReply: scimFaultReply,
    handle: async (request) => {
      if (typeof request.body === 'string') throw statusFault('BAD_USER_INPUT', 415, TYPE_TEXT);
      return handle(scimCall(kernel, request), request);
    },
  };
}

const json = (status: number, body: object, headers: Readonly<Record<string, string>> = {}): RawReply => ({
  status,
  type: SCIM_JSON,
  raw: JSON.stringify(body),
  headers,
});

const NOTHING: RawReply = { status: 204, type: SCIM_JSON, raw: '' };

/** What the server says of itself is not filtered, RFC 7644 section 4. */
function found({ query }: ScimCall, body: object): RawReply {
  if (query.has('filter')) throw new Fault('FORBIDDEN', { public: 'This list is not filtered. Leave `filter` out.' });
  return json(200, body);
}

function idOf({ params }: RouteRequest, { idKind, schema: { name } }: Resources): string {
  const id = params['id'] ?? '';
  if (!isId(idKind, id)) throw notFound(`This ${name}`);
  return id;
}

/** The answer to a client that has this version already; else null. */
async function unchanged(call: ScimCall, { kind }: Resources, id: string): Promise<RawReply | null> {
  const kept = await findKept(call.kernel.db, kind, id);
  if (kept === null || !isKnown(call, kept)) return null;
  return { status: 304, type: SCIM_JSON, raw: '', headers: { etag: etagOf(kept) } };
}

async function shown(call: ScimCall, { kind, schema: own, show }: Resources, id: string, status: number): Promise<RawReply> {
  const selection = readSelection(call.query, own);
  const kept = await findKept(call.kernel.db, kind, id);
  if (kept === null) throw notFound(`This ${own.name}`);
  const headers = { etag: etagOf(kept), ...(status === 201 && { location: at(own, id) }) };
  const [resource = {}] = await show(call.kernel.db, [kept], selection);
  return json(status, resource, headers);
}
