import { z } from 'zod';
import { table } from '../terminal/table.ts';

/** What `ingestMetadata` answers of one request. */
export const ingested = z.object({
  auditId: z.string(),
  isRepeat: z.boolean(),
  datasets: z.number(),
  edgesOpened: z.number(),
  edgesClosed: z.number(),
  unresolved: z.number(),
  signals: z.number(),
  results: z.number(),
  metrics: z.number(),
  dashboards: z.number(),
});
export type IngestedAnswer = z.infer<typeof ingested>;

const COUNTS = ['datasets', 'edgesOpened', 'edgesClosed', 'unresolved', 'signals', 'results', 'metrics', 'dashboards'] as const;
export const COUNT_FIELDS = COUNTS.join(' ');

export type Changes = Readonly<Record<(typeof COUNTS)[number], number>>;

/** What all requests together changed. One that was taken before has changed nothing now. */
export function changesOf(answers: readonly IngestedAnswer[]): Changes {
  const fresh = answers.filter(({ isRepeat }) => !isRepeat);
  const sum = (name: (typeof COUNTS)[number]): number => fresh.reduce((total, answer) => total + answer[name], 0);
  return {
    datasets: sum('datasets'),
    edgesOpened: sum('edgesOpened'),
    edgesClosed: sum('edgesClosed'),
    unresolved: sum('unresolved'),
    signals: sum('signals'),
    results: sum('results'),
    metrics: sum('metrics'),
    dashboards: sum('dashboards'),
  };
}

/** For people. @param told how many datasets were told of */
export function changesText(
  changes: Changes,
  told: number,
  answers: readonly IngestedAnswer[],
  bold: (text: string) => string,
): string {
  if (answers.every(({ isRepeat }) => isRepeat))
    return `Nothing changed: the same was sent before (audit entry ${answers[0]?.auditId ?? ''}).`;
  const { datasets, edgesOpened, edgesClosed, unresolved, signals, results, metrics, dashboards } = changes;
  const rows: readonly (readonly [string, readonly (readonly [number, string])[]])[] = [
    [
      'datasets',
      [
        [datasets, 'new or changed'],
        [Math.max(0, told - datasets), 'unchanged'],
      ],
    ],
    [
      'edges',
      [
        [edgesOpened, 'new'],
        [edgesClosed, 'ended'],
      ],
    ],
    ['checks', [[signals, 'new, changed or ended']]],
    ['results', [[results, 'new']]],
    ['metrics', [[metrics, 'new, changed or ended']]],
    ['dashboards', [[dashboards, 'new, changed or ended']]],
    ['not placed', [[unresolved, 'of columns or datasets that are not there']]],
  ];
  const shown = rows.flatMap(([what, counts]) => {
    const happened = counts.filter(([count]) => count > 0).map(([count, how]) => `${count} ${how}`);
    if (happened.length > 0) return [[what, happened.join(', ')]];
    return what === 'edges' ? [[what, 'unchanged']] : [];
  });
  return table(['WHAT', 'CHANGE'], shown, bold);
}
