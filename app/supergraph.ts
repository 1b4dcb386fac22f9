import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { ComposeInput } from '../gateway/compose.ts';
import { packageRoot } from '../kernel/root.ts';

/** The contract of a subgraph, without the address that only other routers need. */
type Contract = Omit<ComposeInput, 'url'> & { readonly typeDefs: string };

/**
 * The supergraph of these subgraphs: as the build composed it where their contracts are the same to the letter, composed now where
 * they are not. Composing and loading the composer take longer than anything else that a start does.
 */
export async function supergraphOf(subgraphs: readonly Contract[]): Promise<string> {
  const built = builtSupergraph(subgraphs);
  if (built !== null) return built;
  const { compose } = await import('../gateway/compose.ts');
  return compose(subgraphs).supergraphSdl;
}

/** Where the build puts the supergraph of these contracts. */
export function supergraphFile(subgraphs: readonly Contract[]): string {
  const hash = createHash('sha256');
  for (const { name, typeDefs } of subgraphs) hash.update(`${name}\0${typeDefs}\0`);
  return path.join(packageRoot, 'dist', 'supergraph', `${hash.digest('hex').slice(0, 32)}.graphql`);
}

function builtSupergraph(subgraphs: readonly Contract[]): string | null {
  try {
    return readFileSync(supergraphFile(subgraphs), 'utf8');
  } catch {
    return null;
  }
}
