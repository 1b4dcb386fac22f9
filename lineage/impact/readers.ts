import type { EdgeClaim } from '../dbt/claim.ts';
import { realDependencies } from '../dbt/dependencies.ts';
import type { DbtAssertion, DbtConsumer, DbtDataset } from '../dbt/project.ts';
import { columnKey } from '../dbt/relation.ts';
import { wordsOf } from '../dbt/words.ts';
import type { ChangedDataset } from './change.ts';
import type { ReadProject } from './compareProjects.ts';
import { tableKey } from './compareSchemas.ts';

/** How one dataset reads a column of another. */
export interface ColumnReader {
  readonly dataset: DbtDataset;
  /** True when its query names the column, and does not only take all there are. */
  readonly names: boolean;
  /** The columns that the value goes into. */
  readonly into: readonly { readonly column: string; readonly unchanged: boolean }[];
  readonly certainty: 'LINEAGE' | 'MENTIONED';
}

/** Who reads what in one state of a project. */
export class Readers {
  readonly #state: ReadProject;
  readonly #claims = new Map<string, { readonly reader: DbtDataset; readonly claim: EdgeClaim }[]>();
  readonly #dependents = new Map<string, DbtDataset[]>();
  readonly #ids = new Map<string, string[]>();
  readonly #declared = new Map<string, DbtDataset[]>();
  readonly #consumers = new Map<string, DbtConsumer[]>();
  readonly #assertions = new Map<string, DbtAssertion[]>();

  constructor(state: ReadProject) {
    this.#state = state;
    const { datasets, consumers, assertions } = state.project;
    for (const consumer of consumers.values()) for (const id of consumer.dependsOn) gather(this.#consumers, id, consumer);
    for (const assertion of assertions.values()) for (const id of assertion.dependsOn) gather(this.#assertions, id, assertion);
    for (const dataset of datasets.values()) {
      for (const id of dataset.dependsOn) gather(this.#declared, id, dataset);
      if (dataset.name !== null) gather(this.#ids, tableKey(dataset.name), dataset.id);
      for (const { id } of realDependencies(state.project, dataset)) gather(this.#dependents, id, dataset);
      const lineage = state.lineage.get(dataset.id);
      if (lineage === undefined || !('claims' in lineage)) continue;
      for (const claim of lineage.claims) gather(this.#claims, tableKey(claim.source.name), { reader: dataset, claim });
    }
  }

  /** Every unique_id of a table: a seed may be a source too. */
  idsOf({ id, name }: ChangedDataset): readonly string[] {
    const alike = name === null ? [] : (this.#ids.get(tableKey(name)) ?? []);
    return [...new Set([...(id === null ? [] : [id]), ...alike])];
  }

  /** Datasets that say that they depend on it, and those whose queries name its table all the same. */
  datasetsOf(changed: ChangedDataset): readonly DbtDataset[] {
    const declared = this.idsOf(changed).flatMap((id) => this.#declared.get(id) ?? []);
    const claimed = changed.name === null ? [] : (this.#claims.get(tableKey(changed.name)) ?? []).map(({ reader }) => reader);
    return [...new Set([...declared, ...claimed])];
  }

  consumersOf(ids: readonly string[]): readonly DbtConsumer[] {
    return [...new Set(ids.flatMap((id) => this.#consumers.get(id) ?? []))];
  }

  assertionsOf(ids: readonly string[]): readonly DbtAssertion[] {
    return [...new Set(ids.flatMap((id) => this.#assertions.get(id) ?? []))];
  }

  columnReadersOf(changed: ChangedDataset, column: string): readonly ColumnReader[] {
    const key = columnKey(column);
    const byReader = new Map<DbtDataset, EdgeClaim[]>();
    for (const { reader, claim } of this.#claims.get(tableKey(changed.name ?? '')) ?? []) {
      if (claim.source.column !== null && columnKey(claim.source.column) === key) gather(byReader, reader, claim);
    }
    const analysed = [...byReader].map(([dataset, claims]) => readerBy(dataset, claims, key));
    const others = this.idsOf(changed).flatMap((id) => this.#dependents.get(id) ?? []);
    const unread = others.filter(({ id, name }) => name !== null && !('claims' in (this.#state.lineage.get(id) ?? {})));
    return [...analysed, ...[...new Set(unread)].flatMap((dataset) => readerByText(dataset, key))];
  }
}

function readerBy(dataset: DbtDataset, claims: readonly EdgeClaim[], key: string): ColumnReader {
  const into = claims.flatMap(({ target, type, subtype }) =>
    target.column === null || type === 'INDIRECT' ? [] : [{ column: target.column, unchanged: subtype === 'IDENTITY' }],
  );
  return { dataset, names: wordsOf(codeOf(dataset)).has(key), into, certainty: 'LINEAGE' };
}

/** Code that could not be analysed reads what it mentions, and with a star perhaps everything. */
function readerByText(dataset: DbtDataset, key: string): readonly ColumnReader[] {
  const code = codeOf(dataset);
  const names = wordsOf(code).has(key);
  const passes = !names && code.includes('*') && dataset.columns.some(({ name }) => columnKey(name) === key);
  const into = passes ? [{ column: key, unchanged: true }] : [];
  return names || passes ? [{ dataset, names, into, certainty: 'MENTIONED' }] : [];
}

const codeOf = ({ code }: DbtDataset): string => [code.compiled, code.raw].filter((text) => text !== null).join('\n');

function gather<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}
