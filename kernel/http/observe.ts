import type { ApolloServerPlugin, GraphQLRequestContextWillSendResponse } from '@apollo/server';
import type { GraphQLFormattedError } from 'graphql';
import type { RequestContext } from '../context.ts';
import type { Logger } from '../log.ts';
import { internalText } from './faultReply.ts';
import { logUnexpected } from './logUnexpected.ts';
import type { Metrics } from './metrics.ts';

/** What a server's context must tell of its request, whatever else it is made of. */
export type Observed = Pick<RequestContext, 'trace'>;

/** Counts and times operations, logs in full what clients only see in part, and gives them the trace id to ask for it. */
export function observe<C extends Observed>(log: Logger, metrics: Metrics): ApolloServerPlugin<C> {
  return {
    requestDidStart: async () => {
      const startedAt = performance.now();
      return {
        didEncounterErrors: async ({ errors, contextValue }) => logUnexpected(log, errors, contextValue.trace),
        willSendResponse: async (request) => {
          const { trace } = request.contextValue;
          const errors = answeredErrors(request);
          const outcome = codeOf(errors[0]);
          const durationMs = performance.now() - startedAt;
          metrics.executed(trace.operation, outcome, durationMs);
          log.info({ ...trace, outcome, durationMs: Math.round(durationMs) }, 'operation');
          finish(request, errors, trace.traceId);
        },
      };
    },
  };
}

/** `ok`, or the code of an error. */
function codeOf(error: GraphQLFormattedError | undefined): string {
  const code = error === undefined ? 'ok' : error.extensions?.['code'];
  return typeof code === 'string' ? code : 'INTERNAL';
}

function answeredErrors<C extends object>({
  response,
}: GraphQLRequestContextWillSendResponse<C>): readonly GraphQLFormattedError[] {
  return response.body.kind === 'single' ? (response.body.singleResult.errors ?? []) : [];
}

function finish<C extends object>(
  { response }: GraphQLRequestContextWillSendResponse<C>,
  errors: readonly GraphQLFormattedError[],
  traceId: string,
): void {
  if (response.body.kind !== 'single' || errors.length === 0) return;
  const { singleResult } = response.body;
  singleResult.errors = errors.map((error) => (codeOf(error) === 'INTERNAL' ? traced(error, traceId) : error));
  // A gateway without a database of its own learns only from its subgraphs that the token is no good.
  const refused = errors.every((error) => codeOf(error) === 'UNAUTHENTICATED');
  if (refused) response.http.status = 401;
}

const traced = (error: GraphQLFormattedError, traceId: string): GraphQLFormattedError => ({
  ...error,
  message: internalText(traceId),
  extensions: { ...error.extensions, traceId },
});
