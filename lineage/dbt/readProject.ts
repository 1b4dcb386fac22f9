import type { DbtProject } from './project.ts';
import { readCatalog, withCatalog } from './readCatalog.ts';
import { type ManifestSettings, readManifest } from './readManifest.ts';
import { readRunResults, withOutcome, withRun } from './readRunResults.ts';
import { readSources, withFreshness } from './readSources.ts';

/** The texts of the artifacts in a target folder; only the manifest is needed. */
export interface ArtifactTexts {
  readonly manifest: string;
  readonly catalog?: string | null;
  readonly runResults?: string | null;
  readonly sources?: string | null;
}

export interface ProjectSettings extends ManifestSettings {
  /** Wraps the reading of each artifact, to say which one it was that failed. */
  readonly reading?: <T>(artifact: keyof ArtifactTexts, read: () => T) => T;
}

/** @throws ArtifactError that says what is wrong with the first artifact that cannot be read */
export function readProject(texts: ArtifactTexts, settings: ProjectSettings): DbtProject {
  const { reading = (_artifact, read) => read() } = settings;
  const optional = <T>(artifact: keyof ArtifactTexts, read: (text: string) => T): T | undefined => {
    const text = texts[artifact];
    return text == null ? undefined : reading(artifact, () => read(text));
  };
  const project = reading('manifest', () => readManifest(texts.manifest, settings));
  const catalog = optional('catalog', readCatalog);
  const results = optional('runResults', readRunResults);
  const freshness = optional('sources', readSources);
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
