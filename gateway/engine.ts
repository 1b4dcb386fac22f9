import { type DocumentNode, type ExecutionResult, type GraphQLSchema } from 'graphql';
import { Fault } from '../kernel/fault.ts';
import { type Carry, carryNothing } from './carry.ts';
import { parseAndValidate } from './documents.ts';
import { type ExecuteDeps, executeOperation } from './executeOperation.ts';
import { InFlight } from './inFlight.ts';
import { planner } from './plan.ts';
import { preparer } from './prepare.ts';
import type { ReportFailure } from './run.ts';
import type { Extensions, SubgraphExecutor } from './subgraph.ts';
import { readSupergraph, type Supergraph } from './supergraph.ts';

export interface EngineOptions<Context> {
  readonly supergraphSdl: string;
  /** One for each subgraph of the supergraph. The engine uses them but does not close them: a newer engine may go on. */
  readonly subgraphs: Readonly<Record<string, SubgraphExecutor<Context>>>;
  /** Plans kept; the one used longest ago is dropped first. */
  readonly plansMax?: number;
  /** Distinct entities that one fetch may ask a subgraph for. */
  readonly entitiesPerFetchMax?: number;
  /** Time after which an operation answers with what it has. */
  readonly deadlineMs?: number;
  /** Which extensions of subgraphs' answers go on. By default none. */
  readonly carry?: Carry;
  /** Told of every fetch that brought nothing. */
  readonly report?: ReportFailure;
}

export interface ExecuteRequest<Context> {
  /** A document that was validated against `apiSchema`. Without it, `source` is parsed and validated here. */
  readonly document?: DocumentNode;
  readonly source?: string;
  readonly variables?: Readonly<Record<string, unknown>> | null | undefined;
  readonly operationName?: string | null | undefined;
  readonly context: Context;
  readonly signal?: AbortSignal | undefined;
  /** Extensions to start with, as if a subgraph had answered them: a read token that the client brought. */
  readonly extensions?: Extensions | undefined;
}

export interface Engine<Context> {
  readonly supergraphSdl: string;
  readonly apiSchema: GraphQLSchema;
  execute(request: ExecuteRequest<Context>): Promise<ExecutionResult>;
  /** Resolves when nothing is under way. The subgraphs stay open: they belong to whoever made them. */
  close(): Promise<void>;
}

/**
 * A federation engine: plans each operation over the supergraph, fetches from the subgraphs and joins the answers.
 * @throws Fault CONFIGURATION when the supergraph is not one, or when a subgraph has no executor.
 */
export function createEngine<Context>(options: EngineOptions<Context>): Engine<Context> {
  const supergraph = readSupergraph(options.supergraphSdl);
  const subgraphs = new Map(Object.entries(options.subgraphs));
  refuseMissing(supergraph, subgraphs);
  const { plansMax = 1000, entitiesPerFetchMax = 20_000, deadlineMs = 30_000 } = options;
  const plan = planner(options.supergraphSdl, supergraph);
  const deps: ExecuteDeps<Context> = {
    supergraph,
    subgraphs,
    prepare: preparer({ supergraph, plan, plansMax }),
    entitiesPerFetchMax,
    deadlineMs,
    carry: options.carry ?? carryNothing,
    report: options.report ?? (() => undefined),
  };
  const documentOf = parseAndValidate(supergraph.apiSchema, plansMax);
  const inFlight = new InFlight();
  return {
    supergraphSdl: options.supergraphSdl,
    apiSchema: supergraph.apiSchema,
    execute: (request) =>
      inFlight.track(async () => {
        const document = request.document ?? documentOf(request.source ?? '');
        return 'errors' in document ? { errors: document.errors } : executeOperation(document, request, deps);
      }),
    close: () => inFlight.idle(),
  };
}

function refuseMissing(supergraph: Supergraph, subgraphs: ReadonlyMap<string, unknown>): void {
  const missing = supergraph.subgraphNames.filter((name) => !subgraphs.has(name));
  if (missing.length === 0) return;
  throw new Fault('CONFIGURATION', {
    public: `The supergraph names subgraphs that have no executor: ${missing.join(', ')}. Give each one under its name.`,
  });
}
