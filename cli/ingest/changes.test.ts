import { expect, test } from 'vitest';
import { changesOf, changesText, type IngestedAnswer } from './changes.ts';

const NONE = { datasets: 0, edgesOpened: 0, edgesClosed: 0, unresolved: 0, signals: 0, results: 0, metrics: 0, dashboards: 0 };
const answer = (counts: Partial<IngestedAnswer> = {}): IngestedAnswer => ({
  auditId: 'evt_1',
  isRepeat: false,
  ...NONE,
  ...counts,
});
const text = (told: number, ...answers: readonly IngestedAnswer[]) =>
  changesText(changesOf(answers), told, answers, (head) => head);

test('what several requests changed is added up and said', () => {
  const lines = text(
    5,
    answer({ datasets: 2, edgesOpened: 7 }),
    answer({ datasets: 1, edgesClosed: 3, signals: 4, unresolved: 1 }),
  );
  expect(lines.split('\n')).toEqual([
    'WHAT        CHANGE',
    'datasets    3 new or changed, 2 unchanged',
    'edges       7 new, 3 ended',
    'checks      4 new, changed or ended',
    'not placed  1 of columns or datasets that are not there',
  ]);
});

test('what was sent before has changed nothing now', () => {
  const repeat = answer({ isRepeat: true, datasets: 9, edgesOpened: 9 });
  expect(changesOf([repeat, answer({ edgesOpened: 1 })])).toEqual({ ...NONE, edgesOpened: 1 });
  expect(text(9, repeat, repeat)).toBe('Nothing changed: the same was sent before (audit entry evt_1).');
});

test('new artifacts that say the same leave everything unchanged', () => {
  expect(text(2, answer()).split('\n').slice(1)).toEqual(['datasets  2 unchanged', 'edges     unchanged']);
});
