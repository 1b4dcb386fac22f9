import { ask, silent } from './ask.ts';
import { commonPlace, entitiesAt, placesAt, type ResponsePath } from './entities.ts';
import { isJsonObject, isList, type JsonObject } from './json.ts';
import { mergeCopyInto, mergeInto } from './merge.ts';
import { applyRewrites, renamedPath } from './rewrite.ts';
import type { Run } from './run.ts';
import type { EntityBatch, EntityFetch } from './steps.ts';
import type { SubgraphAnswer, SubgraphError } from './subgraph.ts';

/** Fetches more of the entities at the paths of each batch. Entities with the same representation are asked for once. */
export async function runEntityFetch<Context>(fetch: EntityFetch, run: Run<Context>): Promise<void> {
  const gathered = new Map<string, Representations>();
  const targets = fetch.batches.map((batch) => gather(batch, run, gathered));
  if (targets.every((entities) => entities.length === 0)) return;
  const variables: JsonObject = {};
  for (const [variable, { list }] of gathered) {
    if (list.length > run.entitiesPerFetchMax) return refuse(fetch, run);
    variables[variable] = list;
  }
  const outcome = await ask(run, fetch, variables);
  if (outcome.kind === 'answered') absorb(outcome.answer, targets, fetch, run);
  else unanswered(outcome, fetch, run);
}

/** The entities that each representation stands for, by its index. Sparse: a variable may serve several batches. */
type Targets = JsonObject[][];

interface Representations {
  readonly list: JsonObject[];
  readonly indexes: Map<string, number>;
}

function gather<Context>(batch: EntityBatch, run: Run<Context>, gathered: Map<string, Representations>): Targets {
  const { list, indexes } = gathered.get(batch.variable) ?? { list: [], indexes: new Map<string, number>() };
  gathered.set(batch.variable, { list, indexes });
  const targets: Targets = [];
  for (const entity of batch.paths.flatMap((path) => entitiesAt(run.data, path))) {
    const representation = batch.represent(entity, run.variables);
    if (representation === undefined) continue;
    applyRewrites(representation, batch.inputRewrites);
    const identity = JSON.stringify(representation);
    const index = indexes.get(identity) ?? list.push(representation) - 1;
    indexes.set(identity, index);
    const same = targets[index];
    if (same === undefined) targets[index] = [entity];
    else same.push(entity);
  }
  return targets;
}

function absorb<Context>(answer: SubgraphAnswer, targets: readonly Targets[], fetch: EntityFetch, run: Run<Context>): void {
  const { data, errors = [] } = answer;
  const lists = fetch.batches.map((batch) => {
    if (isJsonObject(data)) applyRewrites(data, batch.outputRewrites);
    return isJsonObject(data) ? data[batch.alias] : undefined;
  });
  for (const [i, entities] of lists.entries()) {
    if (isList(entities)) merge(entities, targets[i] ?? []);
  }
  // After the merge, which may have told the types that the paths of errors depend on.
  reportErrors(errors, targets, fetch, run);
  if (errors.length === 0 && !lists.every(isList)) unanswered(silent(fetch.subgraph), fetch, run);
}

function merge(entities: readonly unknown[], targets: Targets): void {
  for (const [i, entity] of entities.entries()) {
    if (!isJsonObject(entity)) continue;
    const [first, ...others] = targets[i] ?? [];
    if (first !== undefined) mergeInto(first, entity);
    for (const other of others) mergeCopyInto(other, entity);
  }
}

/** An error of `_entities[i]` happened to every entity that representation i stands for. */
function reportErrors<Context>(
  errors: readonly SubgraphError[],
  targets: readonly Targets[],
  fetch: EntityFetch,
  run: Run<Context>,
): void {
  const places = new Map<EntityBatch, Map<JsonObject, ResponsePath>>();
  for (const error of errors) {
    const [alias, index] = error.path ?? [];
    const at = fetch.batches.findIndex((batch) => batch.alias === alias);
    const batch = fetch.batches[at];
    const entities = typeof index === 'number' ? targets[at]?.[index] : undefined;
    if (batch === undefined || entities === undefined) {
      for (const place of commonPlaces(fetch, run)) run.failures.answered(error, fetch, place);
      continue;
    }
    const found = places.get(batch) ?? new Map(batch.paths.flatMap((path) => [...placesAt(run.data, path)]));
    places.set(batch, found);
    const inside = renamedPath(error.path ?? [], batch.outputRewrites).slice(2);
    for (const entity of entities) {
      const paths = run.clientPaths([...(found.get(entity) ?? []), ...inside], run.data);
      for (const place of paths) run.failures.answered(error, fetch, place);
    }
  }
}

type Unanswered = ReturnType<typeof silent>;

function unanswered<Context>({ code, message }: Unanswered, fetch: EntityFetch, run: Run<Context>): void {
  for (const place of commonPlaces(fetch, run)) run.failures.unanswered(code, message, fetch.subgraph, place);
}

function refuse<Context>(fetch: EntityFetch, run: Run<Context>): void {
  const message = `More than ${run.entitiesPerFetchMax} entities in one fetch (entitiesPerFetchMax). Ask for smaller pages.`;
  unanswered({ kind: 'unanswered', code: 'LIMIT_EXCEEDED', message }, fetch, run);
}

function commonPlaces<Context>(fetch: EntityFetch, run: Run<Context>): ResponsePath[] {
  const places = fetch.batches.flatMap((batch) => batch.paths).flatMap((path) => run.clientPaths(commonPlace(path), run.data));
  return [...new Map(places.map((place) => [place.join('\n'), place])).values()];
}
