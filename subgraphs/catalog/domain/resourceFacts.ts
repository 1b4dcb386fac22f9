import type { ResourceFacts } from '../../../kernel/policy/describe.ts';
import { TYPE_OF_KIND } from './asset.ts';
import type { SnapshotBody } from './snapshot.ts';

/** What policies may ask about an asset. Columns are seen with their dataset. */
export function resourceFacts(body: SnapshotBody): ResourceFacts {
  return {
    no: body.no,
    id: body.id,
    type: TYPE_OF_KIND[body.kind],
    // What a tool says of owners opens nothing: whoever may push metadata could make themselves an owner.
    owners: unique(
      body.owners.filter(({ role, origin }) => role !== 'TECHNICAL' && origin === 'human').map(({ principalId }) => principalId),
    ),
    tags: namesOf(body.tags),
    columnTags: namesOf(body.columns.flatMap(({ tags }) => tags)),
    namespace: body.namespace,
    container: body.kind === 'container' ? body.name : parentName(body),
    platform: body.platform,
  };
}

/** The dotted name without its last part, which may have dots of its own. */
const parentName = ({ name, simpleName }: SnapshotBody): string =>
  name.endsWith(`.${simpleName}`) ? name.slice(0, -simpleName.length - 1) : '';

const namesOf = (tags: readonly { readonly name: string }[]): readonly string[] =>
  unique(tags.map(({ name }) => name.toLowerCase()));
const unique = (values: readonly string[]): readonly string[] => [...new Set(values)].toSorted();
