import type { DbtProject } from './project.ts';
import { readCatalog, withCatalog } from './readCatalog.ts';
import { type ManifestSettings, readManifest } from './readManifest.ts';
import { readRunResults, withOutcome, withRun } from './readRunResults.ts';
import { readSources, withFreshness } from './readSources.ts';

/** The texts of the artifacts in a target folder; only the manifest is needed. */
export interface ArtifactTexts {
  readonly manifest: string;
  readonly catalog?: string | undefined;
  readonly runResults?: string | undefined;
  readonly sources?: string | undefined;
}

/** @throws ArtifactError that names what is wrong with the first artifact that cannot be read */
export function readProject(texts: ArtifactTexts, settings: ManifestSettings): DbtProject {
  const project = readManifest(texts.manifest, settings);
  const catalog = texts.catalog === undefined ? undefined : readCatalog(texts.catalog);
  const results = texts.runResults === undefined ? undefined : readRunResults(texts.runResults);
  const freshness = texts.sources === undefined ? undefined : readSources(texts.sources);
  return {
    ...project,
    datasets: new Map(
      [...project.datasets].map(([id, dataset]) => {
        const run = withRun(withCatalog(dataset, catalog?.get(id), project.rule), results?.get(id));
        return [id, withFreshness(run, freshness?.get(id))];
      }),
    ),
    assertions: new Map([...project.assertions].map(([id, assertion]) => [id, withOutcome(assertion, results?.get(id))])),
  };
}
