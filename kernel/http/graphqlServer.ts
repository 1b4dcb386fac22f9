import { ApolloServer, type ApolloServerOptions, type ApolloServerPlugin } from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import type { GraphQLSchema, ValidationRule } from 'graphql';
import type { Logger } from '../log.ts';
import { formatError } from './formatError.ts';
import type { Metrics } from './metrics.ts';
import { observe, type Observed } from './observe.ts';

type Gateway = Extract<ApolloServerOptions<object>, { gateway: object }>['gateway'];

export interface GraphqlServerOptions {
  /** A schema to execute, or a gateway that executes on its own. */
  readonly executes: { readonly schema: GraphQLSchema } | { readonly gateway: Gateway };
  readonly validationRules: readonly ValidationRule[];
  /** Where parsing stops. */
  readonly tokensMax: number;
  readonly log: Logger;
  readonly metrics: Metrics;
}

/** Apollo Server, told to keep to itself: no reports to anywhere, no page of its own, no stack traces. */
export function createGraphqlServer<C extends Observed>({
  executes,
  validationRules,
  tokensMax,
  log,
  metrics,
}: GraphqlServerOptions): ApolloServer<C> {
  return new ApolloServer<C>({
    ...executes,
    validationRules: [...validationRules],
    parseOptions: { maxTokens: tokensMax },
    introspection: true,
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    nodeEnv: 'production',
    logger: log,
    formatError,
    plugins: [observe(log, metrics), ...silence<C>()],
  });
}

/** Without these, an APOLLO_KEY in the environment would start reports to Apollo. */
const silence = <C extends Observed>(): ApolloServerPlugin<C>[] => [
  ApolloServerPluginUsageReportingDisabled(),
  ApolloServerPluginSchemaReportingDisabled(),
  ApolloServerPluginInlineTraceDisabled(),
  ApolloServerPluginCacheControlDisabled(),
  ApolloServerPluginLandingPageDisabled(),
];
