import { ACTIONS, type ActionScope, ASSET_TYPES, MODEL_TYPES } from './actions.ts';

const RESOURCES: Readonly<Record<ActionScope, readonly string[]>> = {
  system: ['System'],
  asset: ASSET_TYPES,
  model: MODEL_TYPES,
};

/**
 * The Cedar schema that policies are validated against. People, teams and services are one type, so that
 * `principal in resource.owners` holds for an owner and for a member of a team that owns.
 */
export const CEDAR_SCHEMA = `${[
  'entity Role;',
  '// kind: user, team or service. Services act for the human who answers for them.',
  'entity Principal in [Principal, Role] { kind: String };',
  'entity System;',
  `entity ${[...ASSET_TYPES, ...MODEL_TYPES].join(', ')} {
  // Accountable owners whom people set: people, services and teams.
  owners: Set<Principal>,
  // Who may read it for a time, because an access request was approved.
  readers: Set<Principal>,
  // Names of tags, in lower case.
  tags: Set<String>,
  // Tags of the columns of a dataset.
  columnTags: Set<String>,
  // OpenLineage namespace, e.g. postgres://db.example:5432.
  namespace: String,
  // Dotted name of what it lies in, e.g. shop.public; its own name for a container.
  container: String,
  platform: String,
};`,
  ...Object.entries(ACTIONS).map(
    ([action, { on, text }]) =>
      `// ${text}\naction "${action}" appliesTo { principal: [Principal], resource: [${RESOURCES[on].join(', ')}] };`,
  ),
].join('\n')}\n`;
