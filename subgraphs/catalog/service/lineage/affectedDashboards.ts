import type { Context } from '../../context.ts';
import type { No } from '../../domain/asset.ts';
import type { Affected } from '../../domain/lineage/affected.ts';
import { readingDashboards } from '../../store/dashboards.ts';
import { datasetsOfColumns } from '../../store/names.ts';
import { visibleNumbers } from '../../store/visibleNumbers.ts';

const DASHBOARDS_MAX = 10_000;

/**
 * Dashboards that read a dataset of which a column goes away or changes. By which columns they read it, nobody says, so each of
 * them may break.
 * @param columns the column that changes, at degree 0, and the columns that are affected
 */
export async function affectedDashboards(
  context: Context,
  columns: readonly Pick<Affected, 'no' | 'degree'>[],
): Promise<readonly Affected[]> {
  const { db } = context.kernel;
  const datasetOf = await datasetsOfColumns(
    db,
    'no',
    columns.map(({ no }) => no),
  );
  const degrees = new Map<No, number>();
  for (const { no, degree } of columns) {
    // What shapes all rows of a dataset is affected as the dataset itself.
    const dataset = datasetOf.get(no)?.datasetNo ?? no;
    degrees.set(dataset, Math.min(degree, degrees.get(dataset) ?? degree));
  }
  const reading = await readingDashboards(db, [...degrees.keys()], context.request.asOf, DASHBOARDS_MAX);
  const visible = await visibleNumbers(
    db,
    reading.map(({ dashboardNo }) => dashboardNo),
    await context.visible(),
  );
  const nearest = new Map<No, number>();
  for (const { dashboardNo, datasetNo } of reading) {
    const degree = (degrees.get(datasetNo) ?? 0) + 1;
    if (visible.has(dashboardNo)) nearest.set(dashboardNo, Math.min(degree, nearest.get(dashboardNo) ?? degree));
  }
  return [...nearest].map(([no, degree]) => ({ no, degree, effect: 'MAY_BREAK', subtype: 'TRANSFORMATION' }) as const);
}
