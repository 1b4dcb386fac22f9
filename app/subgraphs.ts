import type { Kernel, Subgraph } from '../kernel/graph/subgraph.ts';

export const SUBGRAPH_NAMES = ['catalog', 'governance', 'registry'] as const;
export type SubgraphName = (typeof SUBGRAPH_NAMES)[number];

export const isSubgraphName = (text: string): text is SubgraphName => SUBGRAPH_NAMES.some((name) => name === text);

/** Loads one subgraph; a process that serves only one does not pay for the drivers of another. */
export async function loadSubgraph(name: SubgraphName, kernel: Kernel): Promise<Subgraph> {
  switch (name) {
    case 'catalog': {
      const [{ catalogSubgraph }, { CONNECTORS }, { createAnalyzer }] = await Promise.all([
        import('../subgraphs/catalog/index.ts'),
        import('./connectors.ts'),
        import('../lineage/analyzer.ts'),
      ]);
      // Parsing in a thread of its own: a monstrous view must not keep requests waiting.
      const analyzer = createAnalyzer();
      const subgraph = catalogSubgraph(kernel, CONNECTORS, (request) => analyzer.analyze(request));
      return { ...subgraph, stop: () => subgraph.stop().finally(() => analyzer.close()) };
    }
    case 'governance':
      return (await import('../subgraphs/governance/index.ts')).governanceSubgraph(kernel);
    case 'registry':
      return (await import('../subgraphs/registry/index.ts')).registrySubgraph(kernel);
  }
}

export const loadAllSubgraphs = (kernel: Kernel): Promise<readonly Subgraph[]> =>
  Promise.all(SUBGRAPH_NAMES.map((name) => loadSubgraph(name, kernel)));
