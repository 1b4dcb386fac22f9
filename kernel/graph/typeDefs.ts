import { readFileSync } from 'node:fs';
import path from 'node:path';
import { packageRoot } from '../root.ts';

/** Reads the public contract of a subgraph: its own schema and the shared one. */
export function readTypeDefs(name: string): string {
  const own = readFileSync(path.join(packageRoot, 'subgraphs', name, 'schema.graphql'), 'utf8');
  return `${own}\n${readFileSync(path.join(packageRoot, 'contracts', 'shared.graphql'), 'utf8')}`;
}
