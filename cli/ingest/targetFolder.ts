import path from 'node:path';
import { badInput } from '../../kernel/fault.ts';
import { namespaceOf, placeExample } from '../../lineage/dbt/platform.ts';
import type { DbtProject } from '../../lineage/dbt/project.ts';
import { readProject } from '../../lineage/dbt/readProject.ts';
import { readNeededText, reading, readText } from './readText.ts';

/** Where the warehouse is that a project builds into: as its OpenLineage namespace, or as people write it. */
export interface Place {
  readonly namespace?: string | undefined;
  readonly location?: string | undefined;
}

const FILES = {
  manifest: 'manifest.json',
  catalog: 'catalog.json',
  runResults: 'run_results.json',
  sources: 'sources.json',
} as const;

export interface TargetFolder {
  readonly project: DbtProject;
  /** Artifacts that are not there; only the manifest has to be. */
  readonly missing: readonly string[];
}

/** Reads the folder that dbt writes its artifacts into, `target` by default. */
export async function readTargetFolder(folder: string, place: Place): Promise<TargetFolder> {
  const file = (artifact: keyof typeof FILES): string => path.join(folder, FILES[artifact]);
  const manifest = await readNeededText(
    file('manifest'),
    '`dbt compile` writes it, `dbt docs generate` with the types of columns.',
  );
  const catalog = await readText(file('catalog'));
  const runResults = await readText(file('runResults'));
  const sources = await readText(file('sources'));
  const project = readProject(
    { manifest, catalog, runResults, sources },
    {
      namespace: (adapter) => namespaceFor(adapter, place),
      reading: (artifact, read) => reading(file(artifact), read),
    },
  );
  const missing = [
    ...(catalog === null ? [FILES.catalog] : []),
    ...(runResults === null ? [FILES.runResults] : []),
    ...(sources === null ? [FILES.sources] : []),
  ];
  return { project, missing };
}

/** @throws Fault BAD_USER_INPUT that shows what to add */
function namespaceFor(adapter: string, { namespace, location }: Place): string {
  if (namespace !== undefined && namespace.trim() !== '') return namespace.trim();
  const derived = namespaceOf(adapter, location ?? null);
  if (derived !== null) return derived;
  const example = placeExample(adapter);
  throw badInput(
    `No artifact says where the ${adapter} warehouse is. Add --location ${example}, or its namespace as OpenLineage writes it: --namespace ${namespaceOf(adapter, example) ?? ''}`,
  );
}
