import { ArtifactError } from './artifactError.ts';
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
  const ids = knownIds(project);
  const strays = [
    ...(results === undefined ? [] : reading('runResults', () => straysIn('run_results.json', [...results.keys()], ids))),
    ...(freshness === undefined ? [] : reading('sources', () => straysIn('sources.json', [...freshness.keys()], ids))),
  ];
  return {
    ...project,
    skipped: [...project.skipped, ...strays.map((id) => ({ id, why: 'a result of a node that the manifest does not have' }))],
    datasets: new Map(
      [...project.datasets].map(([id, dataset]) => {
        const run = withRun(withCatalog(dataset, catalog?.get(id), project.rule), results?.get(id));
        return [id, withFreshness(run, freshness?.get(id))];
      }),
    ),
    assertions: new Map([...project.assertions].map(([id, assertion]) => [id, withOutcome(assertion, results?.get(id))])),
  };
}

const knownIds = ({ datasets, assertions, skipped }: DbtProject): ReadonlySet<string> =>
  new Set([...datasets.keys(), ...assertions.keys(), ...skipped.map(({ id }) => id)]);

/** Kinds of nodes that a manifest of theirs must have; results also come of operations, which it need not. */
const HAS_NODE = /^(?:model|seed|snapshot|source|test)\./;

/**
 * Results that fit no node: the manifest is a later or an earlier one.
 * @throws ArtifactError when none fits, because then they are of another project
 */
function straysIn(file: string, ids: readonly string[], known: ReadonlySet<string>): readonly string[] {
  const due = ids.filter((id) => HAS_NODE.test(id));
  const strays = due.filter((id) => !known.has(id));
  if (strays.length > 0 && strays.length === due.length)
    throw new ArtifactError(
      'WRONG_ARTIFACT',
      `This ${file} is of another project: the manifest has none of its ${due.length} nodes, e.g. ${strays[0]?.slice(0, 200) ?? ''}. Remove it, or run dbt again.`,
    );
  return strays;
}
