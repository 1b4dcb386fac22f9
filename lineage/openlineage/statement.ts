import type { ColumnLineage } from './columnLineage.ts';
import type { JobEvent } from './event.ts';
import { newer, type Said } from './newest.ts';

export interface Named {
  readonly namespace: string;
  readonly name: string;
}

export interface SaidLineage extends Said {
  readonly value: ColumnLineage | null;
}

export interface StatedOutput extends Named {
  readonly columnLineage: SaidLineage | null;
}

/** What a run, or a job as it was designed, reads and writes. Sorted by name, so that equal statements are equal texts. */
export interface Statement {
  readonly inputs: readonly Named[];
  readonly outputs: readonly StatedOutput[];
}

export const EMPTY_STATEMENT: Statement = { inputs: [], outputs: [] };

export function statementOf({ eventTime, inputs, outputs }: JobEvent): Statement {
  return join([
    {
      inputs: (inputs ?? []).map(({ namespace, name }) => ({ namespace, name })),
      outputs: (outputs ?? []).map(({ namespace, name, facets }) => {
        const value = facets?.columnLineage;
        return { namespace, name, columnLineage: value === undefined ? null : { at: eventTime, value } };
      }),
    },
  ]);
}

/** The events of one run add up, whatever their order: its datasets are those that any of them named. */
export const joinStatements = (a: Statement, b: Statement): Statement => join([a, b]);

/** Says nothing of any dataset: no reason to take back what others said. */
export const isSilent = ({ inputs, outputs }: Statement): boolean => inputs.length + outputs.length === 0;

export const namedKey = ({ namespace, name }: Named): string => JSON.stringify([namespace, name]);

function join(statements: readonly Statement[]): Statement {
  const inputs = new Map<string, Named>();
  const outputs = new Map<string, StatedOutput>();
  for (const statement of statements) {
    for (const input of statement.inputs) inputs.set(namedKey(input), input);
    for (const output of statement.outputs) {
      const before = outputs.get(namedKey(output))?.columnLineage ?? null;
      outputs.set(namedKey(output), { ...output, columnLineage: newestOf(before, output.columnLineage) });
    }
  }
  return { inputs: inOrder(inputs), outputs: inOrder(outputs) };
}

const newestOf = (a: SaidLineage | null, b: SaidLineage | null): SaidLineage | null =>
  a === null || b === null ? (a ?? b) : newer(a, b);

const inOrder = <T>(byKey: ReadonlyMap<string, T>): readonly T[] =>
  [...byKey].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
