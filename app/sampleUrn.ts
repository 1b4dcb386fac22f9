import { SAMPLE_DATABASE, SAMPLE_NAMESPACE } from '../connectors/sample/connector.ts';
import { makeUrn } from '../kernel/urn.ts';

/** The URN of a dataset of the sample, `schema.name`, or of a column of it. */
export const sampleUrn = (dataset: string, column: string | null): string =>
  makeUrn({
    kind: column === null ? 'dataset' : 'column',
    namespace: SAMPLE_NAMESPACE,
    name: `${SAMPLE_DATABASE}.${dataset}`,
    column,
  });
