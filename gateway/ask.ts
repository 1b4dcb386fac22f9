import { Fault, type FaultCode } from '../kernel/fault.ts';
import { PASSED } from './deadline.ts';
import type { Run } from './run.ts';
import type { Fetch } from './steps.ts';
import type { SubgraphAnswer } from './subgraph.ts';

/** How a fetch ended. */
export type Outcome =
  | { readonly kind: 'answered'; readonly answer: SubgraphAnswer }
  | { readonly kind: 'unanswered'; readonly code: FaultCode; readonly message: string };

/** Sends one fetch of a plan, and never waits longer than the operation's deadline. Never throws. */
export async function ask<Context>(run: Run<Context>, fetch: Fetch, extra: Readonly<Record<string, unknown>>): Promise<Outcome> {
  const { deadline, context, extensions } = run;
  if (deadline.signal.aborted) return late(fetch.subgraph);
  const executor = run.subgraphs.get(fetch.subgraph);
  if (executor === undefined) return silent(fetch.subgraph);
  const variables = { ...variablesOf(run, fetch), ...extra };
  const request = { operation: fetch.operation, variables, context, extensions, signal: deadline.signal };
  try {
    const pending = executor.execute(request);
    const answer = pending instanceof Promise ? await Promise.race([pending, deadline.passed]) : pending;
    if (answer === PASSED) return late(fetch.subgraph);
    const from = { subgraph: fetch.subgraph, operationKind: fetch.operation.kind };
    run.extensions = run.carry(run.extensions, answer.extensions ?? {}, from);
    return { kind: 'answered', answer };
  } catch (cause) {
    if (deadline.signal.aborted) return late(fetch.subgraph);
    run.report({ subgraph: fetch.subgraph, cause });
    if (!(cause instanceof Fault)) return silent(fetch.subgraph);
    return { kind: 'unanswered', code: cause.code, message: cause.message };
  }
}

function variablesOf<Context>(run: Run<Context>, fetch: Fetch): Record<string, unknown> {
  const variables: Record<string, unknown> = {};
  for (const { name, client } of fetch.variables) {
    // A variable that was neither given nor has a default stays away, so that the argument's own default applies.
    if (Object.hasOwn(run.variables, client)) variables[name] = run.variables[client];
  }
  return variables;
}

const late = (subgraph: string): Outcome => ({
  kind: 'unanswered',
  code: 'DEADLINE_EXCEEDED',
  message: `The subgraph "${subgraph}" did not answer in time.`,
});

/** For an answer that is none, too. */
export const silent = (subgraph: string): Extract<Outcome, { kind: 'unanswered' }> => ({
  kind: 'unanswered',
  code: 'SUBGRAPH_UNAVAILABLE',
  message: `The subgraph "${subgraph}" did not answer.`,
});
