import type { ResourceFacts } from '../../../kernel/policy/describe.ts';
import type { SnapshotBody } from './snapshot.ts';

/** What policies may ask about an asset. Columns are seen with their dataset. */
export function resourceFacts(body: SnapshotBody): ResourceFacts {
  return {
    no: body.no,
    type: body.kind === 'dataset' ? 'Dataset' : 'Container',
    owners: unique(body.owners.filter(({ role }) => role !== 'TECHNICAL').map(({ principalId }) => principalId)),
    tags: unique([...body.tags, ...body.columns.flatMap(({ tags }) => tags)].map(({ name }) => name.toLowerCase())),
  };
}

const unique = (values: readonly string[]): readonly string[] => [...new Set(values)].toSorted();
