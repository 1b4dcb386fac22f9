import type { Instant } from '../../kernel/time.ts';
import type { ColumnLineage } from './columnLineage.ts';
import { EDGES_FACET, type SaidEdges } from './edgesFacet.ts';
import type { JobEvent } from './event.ts';
import { newer, type Said } from './newest.ts';

export interface Named {
  readonly namespace: string;
  readonly name: string;
}

export interface SaidLineage extends Said {
  readonly value: ColumnLineage | null;
}

/** A dataset with the last moment at which it was named. Statements that were stored before this was kept have none. */
export interface StatedInput extends Named {
  readonly at?: Instant;
}

export interface StatedOutput extends StatedInput {
  readonly columnLineage: SaidLineage | null;
  /** Left out where the client does not say its edges one by one. */
  readonly edges?: SaidEdges;
}

/** What a run, or a job as it was designed, reads and writes. Sorted by name, so that equal statements are equal texts. */
export interface Statement {
  readonly inputs: readonly StatedInput[];
  readonly outputs: readonly StatedOutput[];
}

export const EMPTY_STATEMENT: Statement = { inputs: [], outputs: [] };

export function statementOf({ eventTime, inputs, outputs }: JobEvent): Statement {
  return join([
    {
      inputs: (inputs ?? []).map(({ namespace, name }) => ({ namespace, name, at: eventTime })),
      outputs: (outputs ?? []).map(({ namespace, name, facets }) => {
        const [value, edges] = [facets?.columnLineage, facets?.[EDGES_FACET]];
        return {
          namespace,
          name,
          at: eventTime,
          columnLineage: value === undefined ? null : { at: eventTime, value },
          ...(edges !== undefined && { edges: { at: eventTime, value: edges } }),
        };
      }),
    },
  ]);
}

/** The events of one run add up, whatever their order: its datasets are those that any of them named. */
export const joinStatements = (a: Statement, b: Statement): Statement => join([a, b]);

/** Says nothing of any dataset: no reason to take back what others said. */
export const isSilent = ({ inputs, outputs }: Statement): boolean => inputs.length + outputs.length === 0;

/** The same but for when it was said. */
export const timeless = ({ inputs, outputs }: Statement): object => ({
  inputs: inputs.map(({ namespace, name }) => ({ namespace, name })),
  outputs: outputs.map(({ namespace, name, columnLineage, edges }) => ({
    namespace,
    name,
    columnLineage: columnLineage?.value ?? null,
    edges: edges?.value ?? null,
  })),
});

/** When a statement last named each dataset, by key; what only column lineage names has the moment of that. */
export function mentions({ inputs, outputs }: Statement): ReadonlyMap<string, Instant> {
  const last = new Map<string, Instant>();
  const add = (name: Named, at: Instant | undefined): void => {
    const [key, before] = [namedKey(name), last.get(namedKey(name))];
    if (at !== undefined && (before === undefined || at > before)) last.set(key, at);
  };
  for (const { at, ...name } of [...inputs, ...outputs]) add(name, at);
  for (const { edges } of outputs) for (const source of edges?.value?.edges ?? []) add(source, edges?.at);
  for (const { columnLineage } of outputs) {
    const { fields = {}, dataset } = columnLineage?.value ?? {};
    const sources = [...Object.values(fields).flatMap(({ inputFields }) => inputFields), ...(dataset ?? [])];
    for (const source of sources) add(source, columnLineage?.at);
  }
  return last;
}

export const namedKey = ({ namespace, name }: Named): string => JSON.stringify([namespace, name]);

function join(statements: readonly Statement[]): Statement {
  const inputs = new Map<string, StatedInput>();
  const outputs = new Map<string, StatedOutput>();
  for (const statement of statements) {
    for (const input of statement.inputs) {
      const key = namedKey(input);
      inputs.set(key, { ...input, ...lastAt(input, inputs.get(key)) });
    }
    for (const output of statement.outputs) {
      const before = outputs.get(namedKey(output));
      const columnLineage = newestOf(before?.columnLineage ?? null, output.columnLineage);
      const edges = newestOf(before?.edges ?? null, output.edges ?? null);
      outputs.set(namedKey(output), { ...output, ...lastAt(output, before), columnLineage, ...(edges !== null && { edges }) });
    }
  }
  return { inputs: inOrder(inputs), outputs: inOrder(outputs) };
}

function lastAt({ at }: StatedInput, before: StatedInput | undefined): Pick<StatedInput, 'at'> {
  const [last] = [at, before?.at].filter((one) => one !== undefined).toSorted((a, b) => (a > b ? -1 : 1));
  return last === undefined ? {} : { at: last };
}

const newestOf = <T extends Said>(a: T | null, b: T | null): T | null => (a === null || b === null ? (a ?? b) : newer(a, b));

const inOrder = <T>(byKey: ReadonlyMap<string, T>): readonly T[] =>
  [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
