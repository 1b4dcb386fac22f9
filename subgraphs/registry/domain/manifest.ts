import { canonicalJson } from '../../../kernel/canonical.ts';
import { byText } from './byText.ts';
import type { Artifact, ModelVersion, VersionDataset } from './model.ts';

export type Content = Pick<ModelVersion, 'modelId' | 'number' | 'signature' | 'codeCommit' | 'params'> & {
  readonly artifacts: readonly Pick<Artifact, 'path' | 'sizeBytes' | 'digest'>[];
  readonly datasets: readonly Pick<VersionDataset, 'role' | 'urn' | 'asOf' | 'digest'>[];
};

/** What the digest of a version covers, as the one text that it has. The order in which files were added does not count. */
export const manifestOf = ({ modelId, number, signature, codeCommit, params, artifacts, datasets }: Content): string =>
  canonicalJson({
    model: modelId,
    version: number,
    artifacts: artifacts.map(({ path, sizeBytes, digest }) => ({ path, sizeBytes, digest })).toSorted(byText(({ path }) => path)),
    signature,
    datasets: datasets
      .map(({ role, urn, asOf, digest }) => ({ role, urn, asOf, digest }))
      .toSorted(byText(({ role, urn }) => `${role} ${urn}`)),
    codeCommit,
    params,
  });
