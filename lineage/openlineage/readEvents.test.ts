import { expect, test } from 'vitest';
import { EVENTS_MAX, readEvents } from './readEvents.ts';

const base = { eventTime: '2026-01-01T10:00:00Z', producer: 'p', schemaURL: 's' };
const job = { namespace: 'n', name: 'j' };
const dataset = (facets: object): object => ({ ...base, dataset: { namespace: 'n', name: 'd', facets } });

const time = (eventTime: string): unknown => {
  const read = readEvents({ ...base, job, eventTime });
  return read.ok ? read.events[0]?.eventTime : read.path;
};

test.each([
  ['2026-01-01T10:00:00', '2026-01-01T10:00:00.000000Z'],
  ['2026-01-01T10:00:00.123456789Z', '2026-01-01T10:00:00.123456Z'],
  ['2026-01-01T10:00:00.641499', '2026-01-01T10:00:00.641499Z'],
  ['2026-01-01T10:00:00.001+10:00', '2026-01-01T00:00:00.001000Z'],
  ['2026-01-01 10:00:00-0230', '2026-01-01T12:30:00.000000Z'],
  ['2026-02-30T10:00:00Z', '$.eventTime'],
  ['2026-01-01', '$.eventTime'],
])('%s is read as %s', (written, expected) => {
  expect(time(written)).toBe(expected);
});

test.each([
  ['a run with its job', { ...base, run: { runId: 'r' }, job }, 'run'],
  ['a job alone', { ...base, job }, 'job'],
  ['a job that says COMPLETE', { ...base, job, eventType: 'COMPLETE' }, 'job'],
  ['a dataset', dataset({}), 'dataset'],
])('%s is told by what it has', (_what, body, kind) => {
  expect(readEvents(body)).toMatchObject({ ok: true, events: [{ kind }] });
});

test.each([
  ['a run without a job', { ...base, run: { runId: 'r' } }, '$.job'],
  ['no producer', { ...base, producer: undefined, job }, '$.producer'],
  ['an empty name', { ...base, job: { ...job, name: '' } }, '$.job.name'],
  [
    'a column without inputs',
    dataset({ columnLineage: { fields: { 'net price': {} } } }),
    '$.dataset.facets.columnLineage.fields["net price"].inputFields',
  ],
  [
    'a negative count',
    { ...base, job, outputs: [{ ...job, outputFacets: { outputStatistics: { rowCount: -1 } } }] },
    '$.outputs[0].outputFacets.outputStatistics.rowCount',
  ],
  ['inputs that are no list', { ...base, job, inputs: {} }, '$.inputs'],
])('%s is refused with its path', (_what, body, path) => {
  expect(readEvents(body)).toMatchObject({ ok: false, path });
});

test('nothing of a batch is taken when one is wrong, and the path says which', () => {
  expect(readEvents([dataset({}), { ...base, job }, { ...base, job: null }])).toMatchObject({ ok: false, path: '$[2].job' });
});

test('a batch has an end', () => {
  expect(readEvents(Array.from({ length: EVENTS_MAX + 1 }, () => dataset({})))).toMatchObject({ ok: false, reason: 'too-many' });
});

test('what no table can keep is replaced: NUL, and half of a surrogate pair', () => {
  const read = readEvents({ ...base, job: { namespace: 'n', name: 'a\u0000b\ud800' } });
  expect(read).toMatchObject({ ok: true, events: [{ job: { name: 'a\ufffdb\ufffd' } }] });
});

test('a facet may be taken back, be null, or be unknown', () => {
  const read = readEvents(dataset({ schema: { _deleted: true, _producer: 'p' }, documentation: null, mine: 7 }));
  expect(read.ok && read.events[0]).toMatchObject({ dataset: { facets: { schema: null, documentation: null } } });
  expect(JSON.stringify(read)).not.toContain('mine');
});
