import type { EntityJson, TypeAndId } from './cedar.ts';
import type { Principal } from '../identity/principal.ts';
import type { Ancestors, ResidualResource } from './residual.ts';
import { entityKey } from './residual.ts';

/** What policies may ask about a resource. Resources with equal facts share one class and one decision. */
export interface ClassFacts {
  readonly type: string;
  /** Ids of accountable owners whom people set, sorted. */
  readonly owners: readonly string[];
  /** Names of tags in lower case, sorted. */
  readonly tags: readonly string[];
  /** Names of tags of columns in lower case, sorted. */
  readonly columnTags: readonly string[];
  /** OpenLineage namespace. */
  readonly namespace: string;
  /** Dotted name of what it lies in; its own for a container. */
  readonly container: string;
  readonly platform: string;
  /** Ids of principals who may read it until a grant ends, sorted; left out when there are none. */
  readonly readers?: readonly string[];
}

export const SYSTEM: TypeAndId = { type: 'System', id: 'cadastre' };

const principalEntity = (id: string): TypeAndId => ({ type: 'Principal', id });
const roleEntity = (id: string): TypeAndId => ({ type: 'Role', id });

export const entityOf = ({ id }: Pick<Principal, 'id'>): TypeAndId => principalEntity(id);

/** Teams are given with all teams that they are in, so that the principal's parents are all its ancestors. */
export function principalEntities({ id, kind, roles, teams }: Principal): readonly EntityJson[] {
  const parents = [...roles.map(roleEntity), ...teams.map(principalEntity)];
  return [{ uid: principalEntity(id), attrs: { kind }, parents }];
}

export const ancestorsOf = (principal: Principal): Ancestors =>
  new Map([
    [
      entityKey(entityOf(principal)),
      new Set([...principal.roles.map(roleEntity), ...principal.teams.map(principalEntity)].map(entityKey)),
    ],
  ]);

export function resourceOf({
  type,
  owners,
  tags,
  columnTags,
  namespace,
  container,
  platform,
  readers = [],
}: ClassFacts): ResidualResource {
  return {
    uid: { type, id: 'class' },
    attrs: {
      owners: owners.map((id) => ({ __entity: principalEntity(id) })),
      readers: readers.map((id) => ({ __entity: principalEntity(id) })),
      tags: [...tags],
      columnTags: [...columnTags],
      namespace,
      container,
      platform,
    },
  };
}

export const resourceEntity = (facts: ClassFacts): EntityJson => {
  const { uid, attrs } = resourceOf(facts);
  return { uid, attrs: { ...attrs }, parents: [] };
};
