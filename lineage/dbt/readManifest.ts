import { createHash } from 'node:crypto';
import { z } from 'zod';
import { ArtifactError } from './artifactError.ts';
import { assertionOf } from './assertion.ts';
import { consumerOf, fieldsOf } from './consumer.ts';
import { datasetOf, isDatasetKind, type Surroundings } from './dataset.ts';
import { text } from './fields.ts';
import { ownersOf } from './owners.ts';
import { type Artifact, type ArtifactKind, parseArtifact } from './parseArtifact.ts';
import { ruleOf } from './platform.ts';
import type { ConsumerKind, DbtAssertion, DbtConsumer, DbtDataset, DbtOwner, DbtProject, Skipped } from './project.ts';
import { rawConsumer, type RawConsumer, rawGroup, rawNode } from './rawNode.ts';
import { quotingOf } from './relation.ts';

export const MANIFEST: ArtifactKind = { name: 'manifest', file: 'manifest.json', versions: { from: 1, to: 12 } };

export interface ManifestSettings {
  /** The OpenLineage namespace of the warehouse; no artifact names it. */
  readonly namespace: (adapter: string) => string;
}

const CONSUMERS: readonly (readonly [section: string, kind: ConsumerKind])[] = [
  ['exposures', 'exposure'],
  ['semantic_models', 'semantic_model'],
  ['metrics', 'metric'],
  ['saved_queries', 'saved_query'],
];

/** What of a project nobody reads lineage or metadata from. */
const UNUSED: Readonly<Record<string, string>> = {
  analysis: 'an analysis builds nothing',
  operation: 'an operation builds nothing',
  'sql operation': 'an operation builds nothing',
  rpc: 'an ad-hoc query builds nothing',
  docs: 'documentation',
};

/** @throws ArtifactError */
export function readManifest(source: string, { namespace }: ManifestSettings): DbtProject {
  const artifact = parseArtifact(MANIFEST, source);
  const { nodes, ...sections } = sectionsOf(artifact);
  const adapter = text.parse(artifact.metadata['adapter_type'] ?? null)?.toLowerCase() ?? 'unknown';
  const groupOwners = groupOwnersOf(sections.groups);
  const surroundings = {
    namespace: namespace(adapter),
    adapter,
    rule: ruleOf(adapter),
    quoting: quotingOf(adapter),
    groupOwners,
  };
  const skipped: Skipped[] = [];
  const { datasets, assertions } = readNodes({ ...sections.sources, ...nodes }, surroundings, skipped);
  return {
    name: text.parse(artifact.metadata['project_name'] ?? null) ?? projectOf(datasets, artifact.metadata['project_id']),
    adapter,
    namespace: surroundings.namespace,
    rule: surroundings.rule,
    manifestVersion: artifact.version,
    dbtVersion: artifact.dbtVersion,
    generatedAt: artifact.generatedAt,
    datasets,
    consumers: readConsumers(artifact, groupOwners, skipped),
    assertions,
    skipped: [...skipped, ...disabledOf(artifact.body['disabled'])],
  };
}

type Section = Readonly<Record<string, unknown>>;
const section = z.record(z.string(), z.unknown());

function sectionsOf({ body }: Artifact): { readonly nodes: Section; readonly sources: Section; readonly groups: Section } {
  const read = (name: string, value: unknown): Section => {
    const parsed = section.safeParse(value);
    if (parsed.success) return parsed.data;
    throw new ArtifactError('MALFORMED', `"${name}" of the manifest is not an object of nodes by their unique_id.`);
  };
  return {
    nodes: read('nodes', body['nodes']),
    sources: read('sources', body['sources'] ?? {}),
    groups: read('groups', body['groups'] ?? {}),
  };
}

function readNodes(
  nodes: Section,
  surroundings: Surroundings,
  skipped: Skipped[],
): { readonly datasets: ReadonlyMap<string, DbtDataset>; readonly assertions: ReadonlyMap<string, DbtAssertion> } {
  const datasets = new Map<string, DbtDataset>();
  const assertions = new Map<string, DbtAssertion>();
  for (const [id, value] of Object.entries(nodes)) {
    const { success, data: raw, error } = rawNode.safeParse(value);
    if (!success) skipped.push({ id, why: `malformed: ${problemOf(error)}` });
    else if (!raw.config.enabled) skipped.push({ id, why: 'disabled' });
    else if (isDatasetKind(raw.resource_type)) datasets.set(id, datasetOf(id, raw.resource_type, raw, surroundings));
    else if (raw.resource_type === 'test') assertions.set(id, assertionOf(id, raw));
    else skipped.push({ id, why: UNUSED[raw.resource_type] ?? `of the unknown type "${raw.resource_type.slice(0, 40)}"` });
  }
  return { datasets, assertions };
}

function readConsumers(
  { body }: Artifact,
  groupOwners: ReadonlyMap<string, readonly DbtOwner[]>,
  skipped: Skipped[],
): ReadonlyMap<string, DbtConsumer> {
  const raws = new Map<string, readonly [ConsumerKind, RawConsumer]>();
  for (const [name, kind] of CONSUMERS) {
    for (const [id, value] of Object.entries(section.catch({}).parse(body[name] ?? {}))) {
      const { success, data: raw, error } = rawConsumer.safeParse(value);
      if (success) raws.set(id, [kind, raw]);
      else skipped.push({ id, why: `malformed: ${problemOf(error)}` });
    }
  }
  const fields = fieldsOf([...raws.values()].map(([, raw]) => raw));
  return new Map([...raws].map(([id, [kind, raw]]) => [id, consumerOf([id, kind], raw, fields, groupOwners)]));
}

function groupOwnersOf(groups: Section): ReadonlyMap<string, readonly DbtOwner[]> {
  return new Map(
    Object.values(groups).flatMap((value) => {
      const { success, data: group } = rawGroup.safeParse(value);
      return success ? [[group.name, ownersOf(group.owner)] as const] : [];
    }),
  );
}

const disabledOf = (disabled: unknown): readonly Skipped[] =>
  Object.keys(section.catch({}).parse(disabled ?? {})).map((id) => ({ id, why: 'disabled' }));

/**
 * Manifests before v10 do not say what their project is called, but give the MD5 digest of its name as its id. Where that
 * is missing too, it is the package that most datasets are of.
 */
function projectOf(datasets: ReadonlyMap<string, DbtDataset>, projectId: unknown): string {
  const counts = new Map<string, number>();
  for (const id of datasets.keys()) {
    const name = id.split('.')[1] ?? '';
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  const names = [...counts].sort(([, a], [, b]) => b - a).map(([name]) => name);
  return names.find((name) => createHash('md5').update(name).digest('hex') === projectId) ?? names[0] ?? 'unknown';
}

const problemOf = ({ issues }: z.ZodError): string =>
  issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.') || 'node'}: ${message}`)
    .join('; ');
