import { fc, test as property } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { canonicalJson, digestText, type Digest } from '../canonical.ts';
import type { Tx } from '../db/database.ts';
import { internalRequest } from '../identity/internal.ts';
import { decide } from '../policy/decision.ts';
import type { Happening, Origin } from './append.ts';
import { compose, follow } from './compose.ts';
import type { AuditEvent } from './event.ts';
import { ENTRY_BYTES_MAX } from './log/entryBundle.ts';
import { originOf } from './record.ts';

const tx = { now: '2026-11-21T11:37:08.123456Z' } as Tx;
const request = internalRequest('test');
const origin = originOf(request, decide(request, 'catalog.crawl'));
const PREVIOUS = `sha256:${'ab'.repeat(32)}` as Digest;

const happening = (more: Partial<Happening> = {}): Happening => ({
  action: 'test.thing.done.v1',
  subject: { type: 'Thing', id: 'x', digest: null },
  aggregateId: 'x',
  fields: [],
  detail: null,
  ...more,
});

/** What would be mistaken for the event's own words, were it not escaped. */
const WORDS = ['"previousEventDigest":null,"version":0', '"version":0},"time":"', 'null,"version":0', '\\', '"', '😀'];
const anyText = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.array(fc.constantFrom(...WORDS)).map((words) => words.join('')),
);

property.prop({
  id: anyText,
  aggregateId: anyText,
  fields: fc.array(anyText, { maxLength: 4 }),
  reason: anyText,
  version: fc.integer({ min: 0, max: 2 ** 31 - 2 }),
})(
  'an event that follows a head is canonical and says so, whatever its words',
  ({ id, aggregateId, fields, reason, version }) => {
    const draft = compose(
      tx,
      origin,
      happening({ subject: { type: 'Thing', id, digest: PREVIOUS }, aggregateId, fields, reason }),
    );
    const eventDigest = version === 0 ? null : PREVIOUS;
    const next = follow(draft, { version, eventDigest });
    const event = JSON.parse(next.body) as AuditEvent;
    expect(canonicalJson(event)).toBe(next.body);
    expect(next).toMatchObject({ version: version + 1, eventDigest: digestText(next.body) });
    expect(event).toEqual({
      ...draft.event,
      subject: { type: 'Thing', id, digest: PREVIOUS, version: version + 1 },
      aggregate: { id: aggregateId, version: version + 1, previousEventDigest: eventDigest },
      changes: { fields, commitment: null },
      reason,
    });
  },
);

test('an event whose text has no room in the log is refused, at every version alike, and the longest that has room is not', () => {
  const bytesOf = (length: number): number => {
    const draft = compose(tx, origin, happening({ fields: ['ä'.repeat(length)] }));
    const { body } = follow(draft, { version: 2 ** 31 - 2, eventDigest: PREVIOUS });
    return Buffer.byteLength(body);
  };
  const shortest = bytesOf(0);
  const longest = Math.floor((ENTRY_BYTES_MAX - shortest) / 2);
  expect(bytesOf(longest)).toBeGreaterThan(ENTRY_BYTES_MAX - 2);
  expect(bytesOf(longest)).toBeLessThanOrEqual(ENTRY_BYTES_MAX);
  expect(() => bytesOf(longest + 1)).toThrow(expect.objectContaining({ code: 'LIMIT_EXCEEDED' }));
});

test('the largest event that the rules of policies allow has room in the log', () => {
  const policyIds = Array.from({ length: 500 }, (_, n) => `p${n}`.padEnd(100, '-'));
  const large: Origin = { ...origin, decision: { ...origin.decision, policyIds } };
  const id = 'x'.repeat(2_600);
  const fields = Array.from({ length: 50 }, (_, n) => `field ${n}`);
  const draft = compose(
    tx,
    large,
    happening({ subject: { type: 'Thing', id, digest: PREVIOUS }, aggregateId: id, fields, detail: {} }),
  );
  expect(Buffer.byteLength(follow(draft, { version: 1, eventDigest: PREVIOUS }).body)).toBeLessThan(ENTRY_BYTES_MAX);
});
