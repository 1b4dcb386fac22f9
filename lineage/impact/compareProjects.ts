import { type ColumnLineage, madeColumns } from '../dbt/columnClaims.ts';
import type { DbtDataset, DbtProject } from '../dbt/project.ts';
import { columnKey } from '../dbt/relation.ts';
import { wordsOf } from '../dbt/words.ts';
import type { Basis, Change, ChangedDataset } from './change.ts';
import { compareColumns, knownColumns, type KnownColumns } from './compareColumns.ts';

export interface ReadProject {
  readonly project: DbtProject;
  readonly lineage: ReadonlyMap<string, ColumnLineage>;
}

/**
 * What one state of a project takes away from those who read the other. Where a dataset lies is not compared: a pull
 * request builds into a schema of its own.
 */
export function compareProjects(before: ReadProject, after: ReadProject): readonly Change[] {
  const changes: Change[] = [];
  for (const dataset of before.project.datasets.values()) {
    const now = after.project.datasets.get(dataset.id) ?? sameTable(dataset, after.project);
    if (now === undefined) changes.push(lost(dataset, before.project, after.project));
    else if (dataset.name !== null) changes.push(...compareDatasets([dataset, before], [now, after]));
  }
  return changes;
}

/** A model that moved to another package is still the same table. */
const sameTable = ({ name }: DbtDataset, project: DbtProject): DbtDataset | undefined =>
  name === null ? undefined : [...project.datasets.values()].find((dataset) => dataset.name === name);

function lost(dataset: DbtDataset, before: DbtProject, after: DbtProject): Change {
  const change = { dataset: changed(dataset), basis: 'DECLARED' as const };
  const code = dataset.code.raw?.trim() ?? '';
  const heirs = [...after.datasets.values()].filter(
    ({ id, kind, code: { raw } }) => !before.datasets.has(id) && kind === dataset.kind && code !== '' && raw?.trim() === code,
  );
  const heir = heirs.length === 1 ? heirs[0] : undefined;
  return heir === undefined ? { kind: 'DATASET_DROPPED', ...change } : { kind: 'DATASET_RENAMED', ...change, to: heir.label };
}

const changed = ({ id, name, label }: DbtDataset): ChangedDataset => ({ id, name, label });

type Side = readonly [dataset: DbtDataset, state: ReadProject];

function compareDatasets(before: Side, after: Side): readonly Change[] {
  const known = knownOf(before);
  return compareColumns(changed(before[0]), [known, knownOf(after)], (key) =>
    goneBy(key, known.get(key)?.name ?? key, before, after),
  );
}

function knownOf([dataset, { lineage }]: Side): KnownColumns {
  const claims = claimsOf(lineage.get(dataset.id)) ?? [];
  const marksOf = (name: string): readonly string[] => {
    const origins = claims.filter(
      ({ target, type }) => type === 'DIRECT' && target.column !== null && columnKey(target.column) === columnKey(name),
    );
    const description = dataset.columns.find((column) => columnKey(column.name) === columnKey(name))?.description;
    const origin = origins.map(({ source, subtype }) => `${source.name}.${source.column ?? ''} ${subtype}`).sort();
    return [...(origin.length === 0 ? [] : [origin.join()]), ...(description == null ? [] : [description])];
  };
  const made = dataset.columnsComplete ? [] : madeColumns(claims).map((name) => ({ name, type: null, marks: marksOf(name) }));
  const documented = dataset.columns.map(({ name, dataType }) => ({ name, type: dataType, marks: marksOf(name) }));
  return knownColumns([...made, ...documented]);
}

/** How it is known that a column is gone; null when only its description is. */
function goneBy(key: string, name: string, [was, before]: Side, [is, after]: Side): Basis | null {
  if (is.columnsComplete) return 'COMPLETE_LIST';
  if (is.kind === 'source' || is.kind === 'seed') return 'DECLARED';
  const [madeBefore, madeAfter] = [claimsOf(before.lineage.get(was.id)), claimsOf(after.lineage.get(is.id))];
  const wasMade = madeBefore !== null && madeColumns(madeBefore).some((made) => columnKey(made) === key);
  if (madeAfter !== null && wasMade) return 'CODE';
  // Without analysis there is the text: what stood in it and does no more was taken out.
  return mentions(was, name) && !mentions(is, name) ? 'CODE' : null;
}

const claimsOf = (lineage: ColumnLineage | undefined) => (lineage !== undefined && 'claims' in lineage ? lineage.claims : null);

const mentions = ({ code }: DbtDataset, name: string): boolean => wordsOf(code.raw ?? code.compiled ?? '').has(columnKey(name));
