import { composeServices } from '@theguild/federation-composition';
import { type DocumentNode, GraphQLError, parse } from 'graphql';
import { Fault } from '../kernel/fault.ts';
import { brokenRules } from './compositionRules.ts';

export interface ComposeInput {
  readonly name: string;
  readonly typeDefs: string | DocumentNode;
  /** Only for routers that read addresses from the supergraph; the engine is told where its subgraphs are. */
  readonly url?: string;
}

export interface Composition {
  /** With join directives: what an engine, or another router, plans with. */
  readonly supergraphSdl: string;
  /** What clients see. */
  readonly apiSdl: string;
}

export interface ComposeOptions {
  /** Also refuses what composes but is planned wrongly (`compositionRules.ts`). On unless the graph is somebody else's. */
  readonly strict?: boolean;
}

/**
 * Composes the SDL of subgraphs into one supergraph.
 * @throws Fault CONFIGURATION that lists every problem with the subgraph it was found in.
 */
export function compose(subgraphs: readonly ComposeInput[], { strict = true }: ComposeOptions = {}): Composition {
  const services = subgraphs.map(({ name, typeDefs, url }) => ({
    name,
    typeDefs: typeof typeDefs === 'string' ? parsed(name, typeDefs) : typeDefs,
    url: url ?? '',
  }));
  const broken = strict ? brokenRules(services) : [];
  if (broken.length > 0) throw notComposable(broken);
  const result = composeServices(services);
  if (result.errors !== undefined) throw notComposable(result.errors.map(described));
  return { supergraphSdl: result.supergraphSdl, apiSdl: result.publicSdl };
}

function parsed(name: string, sdl: string): DocumentNode {
  try {
    return parse(sdl, { noLocation: true });
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    const at = error.locations?.[0];
    throw notComposable([`[${name}] ${error.message}${at === undefined ? '' : ` (line ${at.line})`}`]);
  }
}

/** The composer starts most messages with `[subgraph]`; where it only says so in the extensions, add it. */
function described(error: GraphQLError): string {
  const { code, service } = error.extensions;
  const place = typeof service === 'string' && !error.message.startsWith('[') ? `[${service}] ` : '';
  return `${place}${error.message}${typeof code === 'string' ? ` (${code})` : ''}`;
}

const notComposable = (problems: readonly string[]): Fault =>
  new Fault('CONFIGURATION', { public: `The subgraphs do not compose:\n${problems.map((p) => `- ${p}`).join('\n')}` });
