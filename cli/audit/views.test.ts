import { expect, test } from 'vitest';
import { SampleLog } from '../../kernel/audit/log/export/sampleLog.fixture.ts';
import { csvHead, csvLine } from './csv.ts';
import { ERASED, type ExportedEvent, type ExportRow, RowReader } from './exportRow.ts';
import { ocsfLine } from './ocsf.ts';

/** The events of the sample leave out what tables show and verifiers do not look at. */
const DECIDED = '"body":{"decision":{"effect":"allow","policyDigest":"sha256:0","policyIds":["role.admin"]},';

function rowsOf(text: string, withDetails: boolean): readonly ExportRow[] {
  const reader = new RowReader(withDetails);
  return text
    .split('\n')
    .map((line) => reader.line(line.replace('"body":{', DECIDED)))
    .filter((row) => row !== null);
}

const event: ExportedEvent = {
  id: 'evt_1',
  time: '2026-05-01T12:00:00.000000Z',
  actor: { id: 'usr_1', kind: 'user', onBehalfOf: null, authMethod: 'access-key' },
  action: 'catalog.owners.set.v1',
  subject: { type: 'Dataset', id: 'ast_1', version: 2, digest: null },
  decision: { effect: 'allow', policyIds: ['role.admin'], policyDigest: 'sha256:0' },
  outcome: 'success',
  reason: null,
  changes: { fields: ['owners'], commitment: 'sha256:1' },
  request: { traceId: 't', operation: 'SetOwners', queryHash: null },
  correlationId: 'c',
  aggregate: { id: 'ast_1', version: 2 },
};
const row = (change: Partial<ExportedEvent> = {}, detail: string | null = null): ExportRow => ({
  leafIndex: 3,
  leafHash: 'sha256:ab',
  event: { ...event, ...change },
  body: '{"id":"evt_1"}',
  detail,
});

/** What each class requires, by https://schema.ocsf.io, version 1.8.0, of base event and class. */
const REQUIRED = ['activity_id', 'category_uid', 'class_uid', 'metadata', 'severity_id', 'time', 'type_uid'];
const OF_CLASS: Readonly<Record<number, readonly string[]>> = {
  3004: ['entity'],
  3005: ['user'],
  6003: ['actor', 'api', 'src_endpoint'],
};

test.each([
  ['catalog.tag.created.v1', 3004, 1],
  ['catalog.owners.set.v1', 3004, 3],
  ['catalog.asset.removed.v1', 3004, 4],
  ['governance.person.erased.v1', 3004, 4],
  ['governance.key.created.v1', 3005, 1],
  ['governance.key.revoked.v1', 3005, 2],
  ['governance.audit.exported.v1', 6003, 2],
  ['governance.emails.read.v1', 6003, 2],
])('%s is of class %i with activity %i, and has what the class requires', (action, classUid, activity) => {
  const line = ocsfLine(row({ action }), 'example.com/audit');
  const told = JSON.parse(line);
  expect(line.endsWith('}\n')).toBe(true);
  expect(told).toMatchObject({ class_uid: classUid, activity_id: activity, type_uid: classUid * 100 + activity, status_id: 1 });
  for (const field of [...REQUIRED, ...(OF_CLASS[classUid] ?? [])]) expect(told, field).toHaveProperty(field);
  expect(told.metadata).toMatchObject({ version: '1.8.0', product: { name: 'Cadastre' }, sequence: 3, event_code: action });
  expect(told.unmapped).toMatchObject({ leaf_index: 3, leaf_hash: 'sha256:ab' });
  expect(told.time).toBe(Date.UTC(2026, 4, 1, 12));
});

test('a refusal is a failure with its code', () => {
  expect(JSON.parse(ocsfLine(row({ outcome: 'refused', reason: 'FORBIDDEN' }), 'x'))).toMatchObject({
    status_id: 2,
    status_code: 'FORBIDDEN',
  });
});

test('what was erased says so, and only where it was asked for', async () => {
  const log = new SampleLog().add(4);
  const whole = await log.whole();
  expect(rowsOf(whole, true).map(({ detail }) => detail)).toEqual([
    '{"after":"zürich 0","note":"a\\nb \\"c\\""}',
    null,
    null,
    expect.any(String),
  ]);
  const erased = whole.split('\n').filter((line) => !line.startsWith('{"detailOf":3'));
  expect(rowsOf(erased.join('\n'), true).map(({ detail }) => detail)).toEqual([expect.any(String), null, null, ERASED]);
  expect(rowsOf(erased.join('\n'), false).at(3)?.detail).toBeNull();
  const pruned = await log.whole({}, (index) => index === 1);
  expect(rowsOf(pruned, true).at(1)).toMatchObject({ leafIndex: 1, event: null, body: null, detail: null });
});

test('a cell is no formula, no line and no column of its own', () => {
  const line = csvLine(row({ subject: { ...event.subject, id: '=cmd|x' } }, '{"a":"b, \\"c\\""}'));
  expect(line).toContain(",'=cmd|x,");
  expect(line).toContain(',"{""a"":""b, \\""c\\""""}"');
  expect(line.endsWith('\r\n')).toBe(true);
  expect(csvHead.split(',')).toHaveLength(23);
  expect(csvLine({ leafIndex: 9, leafHash: 'h', event: null, body: null, detail: null })).toBe(`9,h${','.repeat(21)}\r\n`);
});
