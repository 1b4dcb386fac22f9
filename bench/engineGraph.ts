import { buildSubgraphSchema } from '@apollo/subgraph';
import { type GraphQLSchema, parse } from 'graphql';

/** Three subgraphs and one page over them: 20 datasets with their columns, jobs, models and owner, about 16 KB. */
export const SDL = {
  catalog: `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])
    type Query { datasets(first: Int!, skip: Int!): [Dataset!]! }
    type Dataset @key(fields: "id") {
      id: ID! name: String! platform: String! rowCount: Int! owner: User columns(first: Int!): [Column!]! jobs(first: Int!): [Job!]!
    }
    type Column { name: String! type: String! nullable: Boolean! }
    type Job { id: ID! name: String! dataset: Dataset! }
    type User { id: ID! name: String! @shareable email: String! }`,
  labeling: `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@external", "@requires"])
    type Query { labelingVersion: String! }
    type Dataset @key(fields: "id") {
      id: ID! rowCount: Int! @external labelDensity: Float! @requires(fields: "rowCount") labels: [String!]!
    }`,
  registry: `
    extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key"])
    type Query { registryVersion: String! }
    type Dataset @key(fields: "id") { id: ID! models(first: Int!): [Model!]! }
    type Model { id: ID! name: String! stage: String! trainedOn: [Dataset!]! }`,
} as const;

export type SubgraphName = keyof typeof SDL;
export const SUBGRAPH_NAMES = ['catalog', 'labeling', 'registry'] as const satisfies readonly SubgraphName[];

export const PAGE = `query Page($first: Int!, $skip: Int!) {
  datasets(first: $first, skip: $skip) {
    id name platform rowCount labelDensity labels
    columns(first: 5) { name type nullable }
    jobs(first: 2) { id name dataset { id name } }
    models(first: 2) { id name stage trainedOn { id name } }
    owner { id name email }
  }
}`;

const DATASETS = 400;

interface Ref {
  readonly id: string;
  readonly rowCount?: number;
}

const numberOf = ({ id }: Ref): number => Number(id.slice(1));
const refTo = (n: number): Ref => ({ id: `d${n % DATASETS}` });
const times = <T>(count: number, make: (i: number) => T): T[] => Array.from({ length: count }, (_, i) => make(i));

const RESOLVERS = {
  catalog: {
    Query: {
      datasets: (_: unknown, { first, skip }: { first: number; skip: number }) => times(first, (i) => refTo(skip + i)),
    },
    Dataset: {
      __resolveReference: (reference: Ref) => reference,
      name: (self: Ref) => `warehouse.public.table_${numberOf(self)}`,
      platform: () => 'postgres',
      rowCount: (self: Ref) => numberOf(self) * 1000 + 7,
      owner: (self: Ref) => ({
        id: `u${numberOf(self) % 9}`,
        name: `Owner ${numberOf(self) % 9}`,
        email: `owner${numberOf(self) % 9}@example.org`,
      }),
      columns: (_: Ref, { first }: { first: number }) =>
        times(first, (i) => ({ name: `column_${i}`, type: 'varchar', nullable: i % 2 === 0 })),
      jobs: (self: Ref, { first }: { first: number }) =>
        times(first, (i) => ({ id: `j${numberOf(self)}-${i}`, name: `load_${i}`, dataset: refTo(numberOf(self) + i + 1) })),
    },
  },
  labeling: {
    Query: { labelingVersion: () => '1' },
    Dataset: {
      __resolveReference: (reference: Ref) => reference,
      labelDensity: ({ rowCount = 0 }: Ref) => rowCount / 100,
      labels: () => ['pii', 'gold'],
    },
  },
  registry: {
    Query: { registryVersion: () => '1' },
    Dataset: {
      __resolveReference: (reference: Ref) => reference,
      models: (self: Ref, { first }: { first: number }) =>
        times(first, (i) => ({
          id: `m${numberOf(self)}-${i}`,
          name: `model_${i}`,
          stage: 'PRODUCTION',
          trainedOn: times(2, (k) => refTo(numberOf(self) + i * 3 + k)),
        })),
    },
  },
};

export const schemaOf = (name: SubgraphName): GraphQLSchema =>
  buildSubgraphSchema([{ typeDefs: parse(SDL[name]), resolvers: RESOLVERS[name] }]);
