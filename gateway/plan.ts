import {
  type EntityBatchAlias,
  type FetchNode,
  type FlattenNodePathSegment,
  type PlanNode,
  QueryPlanner,
} from '@graphql-hive/router-query-planner';
import { parse, type DocumentNode } from 'graphql';
import { Fault } from '../kernel/fault.ts';
import { requiresOfAllTypes } from './interfaceObjects.ts';
import { projectRepresentation } from './representation.ts';
import { readRewrites } from './rewrite.ts';
import type { EntityBatch, Fetch, PathSegment, Step } from './steps.ts';
import type { SubgraphOperation } from './subgraph.ts';
import type { Supergraph } from './supergraph.ts';

/** Plans one operation text; undefined when there is nothing to fetch. */
export type Plan = (text: string, asked: Asked) => Promise<Step | undefined>;

/** What reading a plan needs to know of the client's operation. */
export interface Asked {
  readonly clientVariable: (planVariable: string) => string;
  /** True when the operation selects, at the path and for objects of the type, one of the keys. */
  readonly asksFor: (path: readonly FlattenNodePathSegment[], typename: string, keys: ReadonlySet<string>) => boolean;
}

const NO_LABELS = new Set<string>();

/** Planning takes milliseconds of CPU, so it happens off the event loop. */
export function planner(supergraphSdl: string, supergraph: Supergraph): Plan {
  const queryPlanner = new QueryPlanner(supergraphSdl);
  return async (text, asked) => {
    const { node } = await queryPlanner.planAsync(text, null, NO_LABELS, 0).catch((cause: unknown) => {
      throw new Fault('INTERNAL', { public: 'The operation cannot be planned.', internal: String(cause), cause });
    });
    return node == null ? undefined : readStep(node, { ...asked, supergraph });
  };
}

/** What the parts of a plan are read with. */
export interface Reading extends Asked {
  readonly supergraph: Supergraph;
}

export function readStep(node: PlanNode, reading: Reading): Step {
  switch (node.kind) {
    case 'Sequence':
      return { kind: 'sequence', steps: node.nodes.map((child) => readStep(child, reading)) };
    case 'Parallel':
      return { kind: 'parallel', steps: node.nodes.map((child) => readStep(child, reading)) };
    case 'Condition':
      return {
        kind: 'condition',
        variable: reading.clientVariable(node.condition),
        whenTrue: node.ifClause == null ? undefined : readStep(node.ifClause, reading),
        whenFalse: node.elseClause == null ? undefined : readStep(node.elseClause, reading),
      };
    case 'Fetch':
      return { kind: 'root', ...readFetch(node, reading), outputRewrites: readRewrites(node.outputRewrites, reading.supergraph) };
    case 'Flatten':
      return readFlatten(node.path, node.node, reading);
    case 'BatchFetch':
      return readEntities(node, node.entityBatch.aliases, reading);
    case 'Subscription':
    case 'Defer':
      throw unsupported(node.kind);
  }
}

/** A flattened fetch is a batch fetch with one batch at one path. */
function readFlatten(path: FlattenNodePathSegment[], node: PlanNode, reading: Reading): Step {
  if (node.kind !== 'Fetch') throw unsupported(`Flatten of ${node.kind}`);
  const batch: EntityBatchAlias = {
    alias: '_entities',
    representationsVariableName: 'representations',
    paths: [path],
    requires: node.requires ?? [],
    inputRewrites: node.inputRewrites ?? [],
    outputRewrites: node.outputRewrites ?? [],
  };
  return readEntities(node, [batch], reading);
}

function readEntities(node: AnyFetch, batches: readonly EntityBatchAlias[], reading: Reading): Step {
  const fetch = readFetch(node, reading);
  return { kind: 'entities', ...fetch, batches: batches.map((batch) => readBatch(batch, fetch.operation, reading)) };
}

function readBatch(node: EntityBatchAlias, operation: SubgraphOperation, reading: Reading): EntityBatch {
  const { supergraph } = reading;
  return {
    alias: node.alias,
    variable: node.representationsVariableName,
    paths: node.paths.map((path) => path.map((segment) => readSegment(segment, supergraph))),
    represent: projectRepresentation(requiresOfAllTypes(node, operation, reading), reading),
    inputRewrites: readRewrites(node.inputRewrites, supergraph),
    outputRewrites: readRewrites(node.outputRewrites, supergraph),
  };
}

function readSegment(segment: FlattenNodePathSegment, { satisfies }: Supergraph): PathSegment {
  if (segment === '@') return { kind: 'items' };
  if ('Field' in segment) return { kind: 'field', key: segment.Field };
  return { kind: 'types', matches: (typename) => segment.TypeCondition.some((type) => satisfies(typename, type)) };
}

type AnyFetch = Pick<FetchNode, 'serviceName' | 'operation' | 'operationKind' | 'variableUsages'>;

function readFetch(node: AnyFetch, { clientVariable }: Reading): Fetch {
  return {
    subgraph: node.serviceName,
    operation: new PlannedOperation(node.operationKind === 'mutation' ? 'mutation' : 'query', node.operation),
    variables: (node.variableUsages ?? []).map((name) => ({ name, client: clientVariable(name) })),
  };
}

class PlannedOperation implements SubgraphOperation {
  readonly kind: SubgraphOperation['kind'];
  readonly source: string;
  #document: DocumentNode | undefined;

  constructor(kind: SubgraphOperation['kind'], source: string) {
    this.kind = kind;
    this.source = source;
  }

  get document(): DocumentNode {
    this.#document ??= parse(this.source, { noLocation: true });
    return this.#document;
  }
}

const unsupported = (what: string): Fault =>
  new Fault('INTERNAL', { public: 'The operation cannot be planned.', internal: `plan node ${what}` });
