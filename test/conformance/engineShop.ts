import { buildSchema, type GraphQLSchema, isAbstractType, isObjectType } from 'graphql';
import { compose } from '../../gateway/compose.ts';
import { HEADER, type SubgraphModule } from './engineHarness.ts';

/** Records behind four subgraphs, and behind the one schema that they are compared with. */
interface Dataset {
  readonly id: string;
  readonly name: string | null;
  readonly rowCount: number | null;
  readonly owner: string | null;
  readonly status: string;
}
interface Job {
  readonly id: string;
  readonly name: string;
  readonly owner: string;
  readonly reads: readonly string[];
}
interface Model {
  readonly id: string;
  readonly trainedOn: readonly string[];
  readonly owner: string;
}
interface User {
  readonly id: string;
  readonly email: string;
  readonly name: string;
}

const DATASETS: readonly Dataset[] = [
  { id: 'd1', name: 'orders', rowCount: 100, owner: 'u1', status: 'ACTIVE' },
  { id: 'd2', name: 'customers', rowCount: null, owner: 'u2', status: 'RETIRED' },
  { id: 'd3', name: null, rowCount: 7, owner: null, status: 'ACTIVE' },
  { id: 'd4', name: 'events', rowCount: 0, owner: 'u1', status: 'DRAFT' },
];
const JOBS: readonly Job[] = [
  { id: 'j1', name: 'nightly', owner: 'u1', reads: ['d1', 'd2', 'd1'] },
  { id: 'j2', name: 'hourly', owner: 'u2', reads: [] },
];
const MODELS: readonly Model[] = [
  { id: 'm1', trainedOn: ['d1', 'd3'], owner: 'u1' },
  { id: 'm2', trainedOn: ['d4', 'ghost', 'd1'], owner: 'u2' },
];
const USERS: readonly User[] = [
  { id: 'u1', email: 'a@x', name: 'Ada' },
  { id: 'u2', email: 'b@x', name: 'Bo' },
];

interface Ref {
  readonly id: string;
  readonly rowCount?: number | null;
  readonly email?: string;
}
const dataset = ({ id }: Ref): Dataset | undefined => DATASETS.find((record) => record.id === id);
const job = ({ id }: Ref): Job | undefined => JOBS.find((record) => record.id === id);
const user = ({ id, email }: Partial<Ref>): User | undefined =>
  USERS.find((record) => record.id === id || record.email === email);
const ref = (typename: string) => (id: string) => ({ __typename: typename, id });
const userRef = (id: string | null | undefined) => (id == null ? null : { __typename: 'User', id });
/** The ghost is referred to but exists nowhere: what depends on it is null, and an error where null is forbidden. */
const failsFor =
  (ids: readonly string[], value: string) =>
  ({ id }: Ref): string | null => {
    if (id === 'ghost') return null;
    if (ids.includes(id)) throw new Error(`broken for ${id}`);
    return `${value} ${id}`;
  };

const later = (resolve: (self: Ref) => string | null) => async (self: Ref) => resolve(self);

const catalog: SubgraphModule = {
  sdl: `
    type Query {
      datasets(first: Int = 3, order: Order): [Dataset!]!
      dataset(id: ID!): Dataset
      asset(id: ID!): Asset
      assets: [Asset]!
      search(filter: Filter): [Hit!]
      grid: [[Dataset]!]
      echo(filter: Filter, list: [Int!] = [1, 2], order: Order = NAME): String
      greeting: String!
      me: User
    }
    enum Order { NAME SIZE }
    enum Status { ACTIVE RETIRED DRAFT }
    input Filter { text: String = "a", orders: [Order!], nested: Filter, flag: Boolean! = true }
    interface Asset @key(fields: "id") { id: ID! name: String owner: User }
    type Dataset implements Asset @key(fields: "id") {
      id: ID!
      name(upper: Boolean = false): String
      rowCount: Int
      owner: User
      status: Status!
      columns(first: Int = 2): [Column!]!
      sibling: Dataset
      strict: String!
      flaky: String
      tags: [String]
    }
    type Column @key(fields: "dataset { id } position") { dataset: Dataset! position: Int! name: String! flakyType: String }
    type Job implements Asset @key(fields: "id") { id: ID! name: String owner: User reads: [Dataset!]! flaky: String }
    union Hit = Dataset | Job | User
    type User @key(fields: "id") @key(fields: "email") { id: ID! email: String! name: String! @shareable }
  `,
  resolvers: {
    Query: {
      datasets: (_: unknown, { first, order }: { first?: number; order?: string }) =>
        (order === 'SIZE' ? DATASETS.toSorted((a, b) => (a.rowCount ?? 0) - (b.rowCount ?? 0)) : DATASETS).slice(0, first ?? 2),
      dataset: (_: unknown, reference: Ref) => dataset(reference),
      asset: (_: unknown, reference: Ref) => dataset(reference) ?? job(reference),
      assets: () => [...DATASETS.slice(0, 2), null, ...JOBS],
      search: (_: unknown, { filter }: { filter?: { text?: string } }) =>
        filter?.text === 'none' ? null : [DATASETS[0], JOBS[0], USERS[1]],
      grid: () => [[DATASETS[0], null], [], [DATASETS[2], DATASETS[0]]],
      echo: (_: unknown, args: unknown) => JSON.stringify(args),
      greeting: () => 'hello',
      me: () => USERS[0],
    },
    Asset: {
      __resolveType: (asset: Ref) => (dataset(asset) === undefined ? 'Job' : 'Dataset'),
      __resolveReference: (reference: Ref) => dataset(reference) ?? job(reference),
    },
    Hit: { __resolveType: (hit: Ref) => (dataset(hit) ? 'Dataset' : job(hit) ? 'Job' : 'User') },
    Dataset: {
      __resolveReference: (reference: Ref) => (reference.id === 'ghost' ? null : reference),
      name: (self: Ref, { upper }: { upper?: boolean }) =>
        upper === true ? dataset(self)?.name?.toUpperCase() : dataset(self)?.name,
      rowCount: (self: Ref) => dataset(self)?.rowCount,
      owner: async (self: Ref) => userRef(dataset(self)?.owner),
      status: (self: Ref) => dataset(self)?.status,
      columns: ({ id }: Ref, { first }: { first?: number }) =>
        id === 'ghost' ? null : [0, 1, 2].slice(0, first ?? 1).map((position) => ({ dataset: ref('Dataset')(id), position })),
      sibling: ({ id }: Ref) => (id === 'd1' ? ref('Dataset')('d3') : id === 'd3' ? ref('Dataset')('d4') : null),
      strict: failsFor(['d2'], 'strict'),
      flaky: failsFor(['d1', 'd4'], 'flaky'),
      tags: ({ id }: Ref) => (id === 'd3' || id === 'ghost' ? null : [id, null, 'tag']),
    },
    Column: {
      __resolveReference: (reference: unknown) => reference,
      name: ({ position }: { position: number }) => `column${position}`,
      flakyType: ({ position }: { position: number }) => {
        if (position === 1) throw new Error('broken column');
        return 'text';
      },
    },
    Job: {
      __resolveReference: job,
      name: (self: Ref) => job(self)?.name,
      owner: (self: Ref) => userRef(job(self)?.owner),
      reads: (self: Ref) => job(self)?.reads.map(ref('Dataset')),
      flaky: later(failsFor(['j1'], 'flaky')),
    },
    User: {
      __resolveReference: user,
      id: (self: Ref) => user(self)?.id,
      email: (self: Ref) => user(self)?.email,
      name: (self: Ref) => user(self)?.name,
    },
  },
};

const labeling: SubgraphModule = {
  sdl: `
    type Query { projects: [Project!] }
    type Dataset @key(fields: "id") {
      id: ID!
      rowCount: Int @external
      density(k: Int! = 1): Float @requires(fields: "rowCount")
      projects: [Project!]
      verdict: String!
      shaky: String
    }
    type Project { title: String! dataset: Dataset lead: User strict: String! }
    type Column @key(fields: "dataset { id } position") { dataset: Dataset! position: Int! labels: [String!]! }
    type User @key(fields: "email") { email: String! annotations: Int! name: String! @shareable }
  `,
  resolvers: {
    Query: { projects: () => ['d1', 'd2', 'ghost'].map((id) => ({ id })) },
    Dataset: {
      __resolveReference: (reference: Ref) => (reference.id === 'ghost' ? null : reference),
      density: async (self: Ref, { k }: { k: number }) => {
        const rowCount = self.rowCount === undefined ? dataset(self)?.rowCount : self.rowCount;
        return rowCount == null ? null : rowCount * k;
      },
      projects: ({ id }: Ref) => (id === 'd2' || id === 'ghost' ? null : [{ id }, { id: 'd4' }]),
      verdict: failsFor(['d3'], 'verdict'),
      shaky: later(failsFor(['d1', 'd2'], 'shaky')),
    },
    Project: {
      title: ({ id }: Ref) => `label ${id}`,
      dataset: ({ id }: Ref) => ref('Dataset')(id),
      lead: () => ({ __typename: 'User', email: 'b@x' }),
      strict: later(failsFor(['d4'], 'project')),
    },
    Column: {
      __resolveReference: (reference: unknown) => reference,
      labels: ({ dataset: { id }, position }: { dataset: Ref; position: number }) => [`${id}.${position}`],
    },
    User: {
      __resolveReference: user,
      annotations: (self: Ref) => (user(self)?.name ?? '').length,
      name: (self: Ref) => user(self)?.name,
    },
  },
};

const registry: SubgraphModule = {
  sdl: `
    type Query { models(first: Int): [Model!] thing(id: ID!): Thing }
    type Model @key(fields: "id") { id: ID! trainedOn: [Dataset]! owner: User! @provides(fields: "name") primary: Dataset weird: [[Model!]] }
    type Dataset @key(fields: "id") { id: ID! consumedBy: [Model!]! }
    type User @key(fields: "id", resolvable: false) { id: ID! name: String! @external }
    union Thing = Model | Dataset
  `,
  resolvers: {
    Query: {
      models: (_: unknown, { first }: { first?: number }) => MODELS.slice(0, first ?? 5),
      thing: (_: unknown, { id }: Ref) => MODELS.find((model) => model.id === id) ?? (id.startsWith('d') ? { id } : null),
    },
    Thing: { __resolveType: ({ id }: Ref) => (id.startsWith('m') ? 'Model' : 'Dataset') },
    Model: {
      __resolveReference: ({ id }: Ref) => MODELS.find((model) => model.id === id),
      trainedOn: (model: Model) => [...model.trainedOn.map(ref('Dataset')), null],
      owner: (model: Model) => ({ ...userRef(model.owner), name: user({ id: model.owner })?.name }),
      primary: (model: Model) => ref('Dataset')(model.trainedOn[0] ?? ''),
      weird: (model: Model) => [[model], null, MODELS],
    },
    Dataset: {
      __resolveReference: (reference: Ref) => reference,
      consumedBy: ({ id }: Ref) => MODELS.filter((model) => model.trainedOn.includes(id)),
    },
  },
};

const governance: SubgraphModule = {
  sdl: `
    type Query { latest: Asset audited: [Asset] }
    type Asset @key(fields: "id") @interfaceObject { id: ID! approvals: Int auditTrail(first: Int = 1): [String!] }
  `,
  resolvers: {
    Query: { latest: () => ref('Asset')('d1'), audited: () => ['j1', 'd4'].map(ref('Asset')) },
    Asset: {
      __resolveReference: (reference: Ref) => reference,
      approvals: ({ id }: Ref) => id.length,
      auditTrail: ({ id }: Ref, { first }: { first?: number }) => [id, id].slice(0, first ?? 2),
    },
  },
};

export const SHOP = { catalog, labeling, registry, governance };

/** The same graph without federation, to compare with. */
export function shopMonolith(): GraphQLSchema {
  const { apiSdl } = compose(Object.entries(SHOP).map(([name, { sdl }]) => ({ name, typeDefs: HEADER + sdl })));
  const schema = buildSchema(apiSdl);
  for (const [typeName, resolvers] of Object.entries(monolithResolvers())) {
    const type = schema.getType(typeName);
    const { __resolveType, ...fields } = resolvers as Record<string, never>;
    if (isAbstractType(type) && __resolveType !== undefined) type.resolveType = __resolveType;
    if (!isObjectType(type)) continue;
    for (const [name, resolve] of Object.entries(fields)) {
      const field = type.getFields()[name];
      if (field !== undefined) field.resolve = resolve;
    }
  }
  return schema;
}

/** Every resolver of every subgraph in one map, interface objects spread out. */
function monolithResolvers(): Record<string, Record<string, unknown>> {
  const merged: Record<string, Record<string, unknown>> = {};
  for (const { resolvers } of [governance, registry, labeling, catalog]) {
    for (const [type, fields] of Object.entries(resolvers)) {
      const { __resolveReference: _, ...own } = fields as Record<string, unknown>;
      merged[type] = { ...merged[type], ...own };
    }
  }
  const { approvals, auditTrail, ...asset } = merged['Asset'] ?? {};
  for (const type of ['Dataset', 'Job']) merged[type] = { ...merged[type], approvals, auditTrail };
  merged['Asset'] = asset;
  merged['Query'] = {
    ...merged['Query'],
    latest: () => ref('Dataset')('d1'),
    audited: () => [ref('Job')('j1'), ref('Dataset')('d4')],
  };
  return merged;
}
