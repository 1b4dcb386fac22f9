import { type DocumentNode, execute, type ExecutionResult, GraphQLError } from 'graphql';
import { getVariableValues } from 'graphql/execution/values.js';
import { Fault, type FaultCode } from '../kernel/fault.ts';
import { PASSED, startDeadline } from './deadline.ts';
import type { ExecuteRequest } from './engine.ts';
import { Failures } from './failures.ts';
import { type Operation, pickOperation } from './operation.ts';
import { operationKey, type Prepare, type Prepared } from './prepare.ts';
import type { Run } from './run.ts';
import { runStep } from './runStep.ts';
import type { Supergraph } from './supergraph.ts';

export interface ExecuteDeps<Context> extends Pick<Run<Context>, 'subgraphs' | 'carry' | 'report' | 'entitiesPerFetchMax'> {
  readonly supergraph: Supergraph;
  readonly prepare: Prepare;
  readonly deadlineMs: number;
}

/** Runs one valid document. What the client did wrong comes back as errors; only bugs are thrown. */
export async function executeOperation<Context>(
  document: DocumentNode,
  request: ExecuteRequest<Context>,
  deps: ExecuteDeps<Context>,
): Promise<ExecutionResult> {
  const deadline = startDeadline(deps.deadlineMs, request.signal);
  try {
    const name = request.operationName ?? undefined;
    const operation = pickOperation(document, name);
    const variables = coercedVariables(operation, request.variables ?? {}, deps.supergraph);
    const key = operationKey(document, request.source, name);
    const prepared = await Promise.race([deps.prepare(operation, key, variables), deadline.passed]);
    if (prepared === PASSED) throw new Fault('DEADLINE_EXCEEDED', { public: 'The operation could not be planned in time.' });
    const { context, extensions = {} } = request;
    const { clientPaths } = prepared;
    const run: Run<Context> = {
      ...deps,
      variables,
      context,
      deadline,
      clientPaths,
      data: {},
      failures: new Failures(),
      extensions,
    };
    for (const { step, requiredKeys } of prepared.parts) {
      await runStep(step, run);
      if (requiredKeys.some((required) => run.data[required] == null)) break;
    }
    return answer(prepared, run, deps.supergraph);
  } catch (error) {
    if (error instanceof Fault) deps.report({ cause: error });
    return { errors: refusals(error) };
  } finally {
    deadline.clear();
  }
}

function coercedVariables({ definition }: Operation, given: Readonly<Record<string, unknown>>, { apiSchema }: Supergraph) {
  const { coerced, errors } = getVariableValues(apiSchema, definition.variableDefinitions ?? [], given, { maxErrors: 10 });
  if (errors !== undefined) throw new BadVariables(errors);
  return coerced;
}

class BadVariables extends Error {
  readonly errors: readonly GraphQLError[];

  constructor(errors: readonly GraphQLError[]) {
    super('The variables do not fit.');
    this.errors = errors.map(({ message, nodes }) => refusal(message, 'BAD_USER_INPUT', nodes));
  }
}

/** @throws what is a bug and not a refusal. */
function refusals(error: unknown): readonly GraphQLError[] {
  if (error instanceof BadVariables) return error.errors;
  if (error instanceof GraphQLError) return [error];
  if (error instanceof Fault) return [refusal(error.message, error.code)];
  throw error;
}

const refusal = (message: string, code: FaultCode, nodes?: GraphQLError['nodes']): GraphQLError =>
  new GraphQLError(message, { nodes: nodes ?? null, extensions: { code } });

function answer<Context>(prepared: Prepared, run: Run<Context>, { apiSchema }: Supergraph): ExecutionResult {
  if (prepared.introspection !== undefined) {
    const result = execute({ schema: apiSchema, document: prepared.introspection, variableValues: run.variables });
    if (!(result instanceof Promise)) Object.assign(run.data, result.data);
  }
  const data = prepared.project(run.data, run.failures) ?? null;
  const { errors } = run.failures;
  return {
    data,
    ...(errors.length > 0 && { errors }),
    ...(Object.keys(run.extensions).length > 0 && { extensions: run.extensions }),
  };
}
