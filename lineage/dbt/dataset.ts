import type { IdentifierRule } from '../../kernel/identifier.ts';
import { freshnessOf } from './freshness.ts';
import { ownersOf } from './owners.ts';
import { DATASET_KINDS, type DatasetKind, type DbtColumn, type DbtDataset, type DbtOwner } from './project.ts';
import type { RawNode } from './rawNode.ts';
import { type Quoting, type Relation, relationName } from './relation.ts';

/** What holds for a whole manifest. */
export interface Surroundings {
  readonly namespace: string;
  readonly adapter: string;
  readonly rule: IdentifierRule;
  readonly quoting: Quoting;
  readonly groupOwners: ReadonlyMap<string, readonly DbtOwner[]>;
}

export const isDatasetKind = (kind: string): kind is DatasetKind => DATASET_KINDS.some((known) => known === kind);

/** A model, seed, snapshot or source as a dataset. */
export function datasetOf(id: string, kind: DatasetKind, raw: RawNode, surroundings: Surroundings): DbtDataset {
  const group = raw.group ?? raw.config.group;
  const ephemeral = raw.config.materialized === 'ephemeral';
  return {
    id,
    kind,
    label: labelOf(kind, raw),
    namespace: surroundings.namespace,
    name: ephemeral ? null : relationName(surroundings.rule, relationOf(raw, surroundings.quoting)),
    database: raw.database,
    schema: raw.schema,
    materialized: raw.config.materialized,
    description: raw.description,
    columns: raw.columns.map(([, column]) => columnOf(column)),
    columnsComplete: raw.config.contract.enforced,
    tags: [...new Set([...raw.tags, ...raw.config.tags])],
    owners: ownersOf(
      raw.meta['owner'],
      raw.config.meta['owner'],
      raw.source_meta['owner'],
      ...(group === null ? [] : (surroundings.groupOwners.get(group) ?? [])),
    ),
    group,
    access: raw.access ?? raw.config.access,
    dependsOn: [...new Set(raw.depends_on.nodes)],
    code: {
      compiled: raw.compiled_code ?? raw.compiled_sql,
      raw: raw.raw_code ?? raw.raw_sql,
      // Before 1.3 there was SQL alone.
      language: raw.language ?? 'sql',
    },
    file: raw.original_file_path,
    statistics: null,
    freshness: kind === 'source' ? freshnessOf(raw.freshness) : null,
    loadedAt: null,
    status: null,
  };
}

function labelOf(kind: DatasetKind, { name, source_name, version }: RawNode): string {
  if (kind === 'source' && source_name !== null) return `${source_name}.${name}`;
  return version == null ? name : `${name}.v${version}`;
}

const relationOf = (raw: RawNode, standard: Quoting): Relation => ({
  database: raw.database,
  schema: raw.schema,
  identifier: raw.identifier ?? raw.alias ?? raw.name,
  rendered: raw.relation_name,
  quoting: {
    database: raw.quoting.database ?? raw.config.quoting.database ?? standard.database,
    schema: raw.quoting.schema ?? raw.config.quoting.schema ?? standard.schema,
    identifier: raw.quoting.identifier ?? raw.config.quoting.identifier ?? standard.identifier,
  },
});

const columnOf = ({ name, description, data_type, tags, config }: RawNode['columns'][number][1]): DbtColumn => ({
  name,
  dataType: data_type,
  description,
  tags: [...new Set([...tags, ...config.tags])],
});
