import { readArtifactPath } from './artifactPath.ts';
import { cited, invalid } from './mlflowFault.ts';

/** Whose artifacts: those of runs and logged models may change, those of a version are sealed. */
export interface ArtifactOwner {
  readonly kind: 'RUN' | 'LOGGED_MODEL' | 'VERSION';
  readonly id: string;
}

/** An artifact, or a folder of them. */
export interface ArtifactPlace {
  readonly owner: ArtifactOwner;
  /** Empty for all artifacts of the owner. */
  readonly path: string;
}

export const ARTIFACT_SCHEME = 'mlflow-artifacts:/';

const ID = '[A-Za-z0-9][\\w-]{0,255}';
const PLACES = [
  ['VERSION', new RegExp(`^model-versions/(${ID})(?:/(.*))?$`, 's')],
  ['LOGGED_MODEL', new RegExp(`^\\d{1,18}/models/(${ID})/artifacts(?:/(.*))?$`, 's')],
  ['RUN', new RegExp(`^\\d{1,18}/(${ID})/artifacts(?:/(.*))?$`, 's')],
] as const;

/** Where artifacts of a run are. */
export const runRoot = (experimentId: string, runId: string): string => `${ARTIFACT_SCHEME}${experimentId}/${runId}/artifacts`;

export const loggedModelRoot = (experimentId: string, modelId: string): string =>
  `${ARTIFACT_SCHEME}${experimentId}/models/${modelId}/artifacts`;

/** Where the sealed artifacts of a version are. */
export const versionRoot = (versionId: string): string => `${ARTIFACT_SCHEME}model-versions/${versionId}`;

/**
 * Reads what stands behind `mlflow-artifacts:/`.
 * @throws Fault INVALID_PARAMETER_VALUE for a path that is none; null for one that leads nowhere here
 */
export function readArtifactPlace(written: string): ArtifactPlace | null {
  const address = readArtifactPath(written.replace(/^\/+/, ''));
  for (const [kind, form] of PLACES) {
    const match = form.exec(address);
    if (match !== null) return placed(kind, match[1] ?? '', match[2]);
  }
  return null;
}

const placed = (kind: ArtifactOwner['kind'], id: string, path: string | undefined): ArtifactPlace => ({
  owner: { kind, id },
  path: path === undefined ? '' : readArtifactPath(path),
});

/** What a version is made from. */
export type ModelSource =
  | { readonly kind: 'artifacts'; readonly place: ArtifactPlace }
  | { readonly kind: 'version'; readonly name: string; readonly version: string };

/**
 * Reads the source of a version: only what this server keeps. Anything else would be a way to make it read what the caller may not.
 * @throws Fault INVALID_PARAMETER_VALUE
 */
export function readModelSource(source: string): ModelSource {
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*):\/+(.*)$/is.exec(source) ?? [];
  if (scheme === 'mlflow-artifacts') {
    const place = readArtifactPlace(rest);
    if (place !== null) return { kind: 'artifacts', place };
  }
  if (scheme === 'runs') {
    const [, id, path] = new RegExp(`^(${ID})(?:/(.+))?$`, 's').exec(rest) ?? [];
    if (id !== undefined) return artifacts('RUN', id, path);
  }
  if (scheme === 'models') {
    const [, modelId, path] = /^(m-[0-9a-f]{32})(?:\/(.+))?$/s.exec(rest) ?? [];
    if (modelId !== undefined) return artifacts('LOGGED_MODEL', modelId, path);
    const [, name, version] = /^([^/]{1,256})\/(\d{1,10})$/s.exec(rest) ?? [];
    if (name !== undefined && version !== undefined) return { kind: 'version', name, version };
  }
  throw invalid(
    `Invalid model version source: ${cited(source)}. Write runs:/<run id>/<path>, models:/<model id>, models:/<name>/<version> or mlflow-artifacts:/…, of artifacts that this server keeps.`,
  );
}

const artifacts = (kind: ArtifactOwner['kind'], id: string, path: string | undefined): ModelSource => ({
  kind: 'artifacts',
  place: placed(kind, id, path),
});
