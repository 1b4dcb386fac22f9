import { Kind } from 'graphql';
import { ask, silent } from './ask.ts';
import { isJsonObject } from './json.ts';
import { mergeInto } from './merge.ts';
import { fieldsOf } from './operation.ts';
import { applyRewrites, renamedPath } from './rewrite.ts';
import type { Run } from './run.ts';
import type { RootFetch } from './steps.ts';

/** Fetches root fields. When the subgraph does not answer, each of them fails. */
export async function runRootFetch<Context>(fetch: RootFetch, run: Run<Context>): Promise<void> {
  let outcome = await ask(run, fetch, {});
  if (outcome.kind === 'answered') {
    const { data, errors = [] } = outcome.answer;
    if (isJsonObject(data)) {
      applyRewrites(data, fetch.outputRewrites);
      mergeInto(run.data, data);
    }
    for (const error of errors) {
      const path = renamedPath(error.path ?? [], fetch.outputRewrites);
      for (const place of run.clientPaths(path, run.data)) run.failures.answered(error, fetch, place);
    }
    if (isJsonObject(data)) return;
    if (errors.length > 0) return;
    outcome = silent(fetch.subgraph);
  }
  for (const key of rootKeys(fetch)) {
    for (const place of run.clientPaths([key], run.data))
      run.failures.unanswered(outcome.code, outcome.message, fetch.subgraph, place);
  }
}

function rootKeys({ operation: { document } }: RootFetch): string[] {
  const keys = new Set<string>();
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    for (const field of fieldsOf([definition.selectionSet], new Map())) keys.add(field.alias?.value ?? field.name.value);
  }
  return [...keys];
}
