import { GraphQLError } from 'graphql';
import type { FaultCode } from '../kernel/fault.ts';
import { inClientsWords } from './clientWords.ts';
import type { ResponsePath } from './entities.ts';
import type { Fetch } from './steps.ts';
import type { Extensions, SubgraphError } from './subgraph.ts';

/** What went wrong in one operation, at paths of the client's response. */
export class Failures {
  readonly #errors: GraphQLError[] = [];
  readonly #fetches = new Set<string>();
  #places: Places | undefined;

  get errors(): readonly GraphQLError[] {
    return this.#errors;
  }

  /** An error that a subgraph answered. Its code is kept; how the subgraph is built is nobody's business. */
  answered(error: SubgraphError, { subgraph, variables }: Fetch, path: ResponsePath): void {
    this.#add(inClientsWords(error.message, variables), path, {
      code: 'INTERNAL' satisfies FaultCode,
      ...shown(error.extensions),
      subgraph,
    });
  }

  /** A whole fetch that brought nothing, told once for each place. */
  unanswered(code: FaultCode, message: string, subgraph: string, path: ResponsePath): void {
    const fetch = [code, subgraph, ...path].join('\n');
    if (this.#fetches.has(fetch)) return;
    this.#fetches.add(fetch);
    this.#add(message, path, { code, subgraph });
  }

  /** A null where the schema allows none. Silent when an error at, under or above the place already explains it. */
  forbiddenNull(coordinate: string, path: ResponsePath): void {
    this.#places ??= new Places(this.#errors);
    if (this.#places.explain(path)) return;
    const message = `Cannot return null for non-nullable field ${coordinate}.`;
    this.#add(message, path, { code: 'INTERNAL' satisfies FaultCode });
  }

  #add(message: string, path: ResponsePath, extensions: Extensions): void {
    this.#errors.push(new GraphQLError(message, { path: [...path], extensions: { ...extensions } }));
    this.#places?.add(path);
  }
}

const HIDDEN = new Set(['serviceName', 'stacktrace', 'exception']);

function shown(extensions: Extensions | undefined): Extensions {
  return Object.fromEntries(Object.entries(extensions ?? {}).filter(([name]) => !HIDDEN.has(name)));
}

class Places {
  readonly #failed = new Set<string>();
  readonly #above = new Set<string>();

  constructor(errors: readonly GraphQLError[]) {
    for (const error of errors) this.add(error.path ?? []);
  }

  add(path: ResponsePath): void {
    this.#failed.add(path.join('\n'));
    for (const prefix of prefixes(path)) this.#above.add(prefix);
  }

  explain(path: ResponsePath): boolean {
    return this.#above.has(path.join('\n')) || prefixes(path).some((prefix) => this.#failed.has(prefix));
  }
}

/** The path itself and everything above it. */
const prefixes = (path: ResponsePath): string[] => path.map((_, i) => path.slice(0, i + 1).join('\n')).concat('');
