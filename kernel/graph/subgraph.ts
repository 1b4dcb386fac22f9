import { buildSubgraphSchema } from '@apollo/subgraph';
import { parse, type GraphQLSchema } from 'graphql';
import type { Anchoring } from '../audit/ledger/anchoring.ts';
import type { Refusals } from '../audit/refusals.ts';
import type { BlobStore } from '../blobs/blobStore.ts';
import type { RequestContext } from '../context.ts';
import type { Database } from '../db/database.ts';
import type { Outbound } from '../http/outbound/post.ts';
import type { PublicRoute, Route } from '../http/route.ts';
import type { IdentityProvider } from '../identity/oidc/identityProvider.ts';
import type { Logger } from '../log.ts';
import type { SealingKey } from '../secrets/seal.ts';
import type { GraphClient } from './graphClient.ts';
import { scalarResolvers } from './scalars.ts';

export interface AuditLogSettings {
  /** An Ed25519 key of 32 bytes, which signs the log. */
  readonly signingKey: Buffer;
  /** How the log is called. */
  readonly origin: string;
  /** Where its checkpoints are shown; nowhere unless given. */
  readonly anchoring?: Anchoring;
  /** How long the details of events are kept at least, in days; half a year unless given. */
  readonly retentionDays?: number;
}

/** What the composition root gives to every subgraph. */
export interface Kernel {
  readonly db: Database;
  readonly log: Logger;
  /** Under which access keys are stored. */
  readonly pepper: Buffer;
  readonly sealingKey: SealingKey;
  readonly auditLog: AuditLogSettings;
  /** Left out where nobody from outside asks. */
  readonly refusals?: Refusals;
  /** Who vouches for people besides keys of ours; left out when nobody does. */
  readonly provider?: IdentityProvider;
  /** Bytes of artifacts. */
  readonly blobs: BlobStore;
  /** How servers are asked that somebody else names. */
  readonly outbound: Outbound;
  /** Every subgraph, as clients see them. */
  readonly graph: GraphClient;
  /** `local` for the embedded database, `live` with DATABASE_URL: part of new tokens. */
  readonly environment: 'local' | 'live';
}

/** One federated subgraph, ready to be served in process or on its own. */
export interface Subgraph {
  readonly name: string;
  readonly typeDefs: string;
  readonly schema: GraphQLSchema;
  /** Makes what resolvers get: fresh for each request, because loaders remember. */
  context(request: RequestContext): object;
  /** What it serves beside GraphQL, e.g. for clients of a protocol that others have written down. */
  readonly routes?: readonly (Route | PublicRoute)[];
  /** Starts workers. */
  start(): Promise<void>;
  /** Stops workers and waits for what they have in hand. */
  stop(): Promise<void>;
}

const built = new WeakMap<object, { readonly typeDefs: string; readonly schema: GraphQLSchema }>();

/**
 * The executable schema of a subgraph: one for all instances in a process, since it knows of none of them and takes long to build.
 * The generated resolver types say what the builder's own cannot.
 */
export function buildSchema(typeDefs: string, resolvers: object): GraphQLSchema {
  const known = built.get(resolvers);
  if (known?.typeDefs === typeDefs) return known.schema;
  const all = { ...scalarResolvers, ...resolvers };
  const schema = buildSubgraphSchema([{ typeDefs: parse(typeDefs), resolvers: all as never }]);
  built.set(resolvers, { typeDefs, schema });
  return schema;
}
