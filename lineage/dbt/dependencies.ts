import type { DbtDataset, DbtProject } from './project.ts';

/** The datasets whose rows flow into one: its dependencies, with ephemeral models, which are nowhere, seen through. */
export function realDependencies(project: DbtProject, dataset: DbtDataset): readonly DbtDataset[] {
  const found = new Map<string, DbtDataset>();
  const seen = new Set([dataset.id]);
  const open = [...dataset.dependsOn];
  for (let id = open.pop(); id !== undefined; id = open.pop()) {
    if (seen.has(id)) continue;
    seen.add(id);
    const dependency = project.datasets.get(id);
    if (dependency === undefined) continue;
    if (dependency.name === null) open.push(...dependency.dependsOn);
    else found.set(id, dependency);
  }
  return [...found.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
}

/** Datasets in an order in which each comes after those it depends on; a ring, which dbt refuses, is cut somewhere. */
export function inOrder(project: DbtProject): readonly DbtDataset[] {
  const ordered: DbtDataset[] = [];
  const seen = new Set<string>();
  for (const start of project.datasets.keys()) {
    const open: { readonly id: string; readonly leaving: boolean }[] = [{ id: start, leaving: false }];
    for (let step = open.pop(); step !== undefined; step = open.pop()) {
      const dataset = project.datasets.get(step.id);
      if (dataset === undefined) continue;
      if (step.leaving) ordered.push(dataset);
      else if (!seen.has(step.id)) {
        seen.add(step.id);
        open.push({ id: step.id, leaving: true }, ...dataset.dependsOn.map((id) => ({ id, leaving: false })));
      }
    }
  }
  return ordered;
}
