import { createHash, randomBytes } from 'node:crypto';
import { canonicalJson, digestText, type Digest } from '../canonical.ts';
import type { Tx } from '../db/database.ts';
import { Fault } from '../fault.ts';
import { newId } from '../ids.ts';
import { toMs } from '../time.ts';
import type { Happening, Origin } from './append.ts';
import type { AuditEvent } from './event.ts';
import { ENTRY_BYTES_MAX } from './log/entryBundle.ts';

/** The last event of a thing. */
export interface Head {
  readonly version: number;
  readonly eventDigest: Digest | null;
}

/** An event that lacks only what who holds the head of its thing knows: the digest of the event before, and its version. */
export interface Draft {
  readonly event: AuditEvent;
  /** Its canonical text in three parts: the digest and the version stand between the first two, the version again before the last. */
  readonly parts: readonly [head: string, middle: string, tail: string];
  readonly salt: Buffer | null;
  readonly detail: string | null;
}

/** What becomes of a draft: the next head of its thing, and the text. */
export interface Following extends Head {
  readonly eventDigest: Digest;
  readonly body: string;
}

const NO_DIGEST = 'null,"version":0';
const NO_VERSION = '"version":0},"time":';
/** By how much a text grows at most: a digest for `null`, and ten digits for one, twice. */
const GROWTH_BYTES_MAX = 87;

/** @throws Fault LIMIT_EXCEEDED for an event that has no room in the log, whatever its version */
export function compose(tx: Tx, origin: Origin, happening: Happening): Draft {
  const detail = happening.detail === null || happening.detail === undefined ? null : canonicalJson(happening.detail);
  const salt = detail === null ? null : randomBytes(32);
  const event: AuditEvent = {
    v: 1,
    id: newId('event', toMs(tx.now)),
    time: tx.now,
    actor: origin.actor,
    action: happening.action,
    subject: { ...happening.subject, version: 0 },
    decision: origin.decision,
    outcome: happening.outcome ?? 'success',
    reason: happening.reason ?? (origin.isSimulated === true ? 'SIMULATED' : null),
    changes: { fields: happening.fields, commitment: salt === null || detail === null ? null : commit(salt, detail) },
    request: origin.request,
    correlationId: origin.correlationId,
    aggregate: { id: happening.aggregateId, version: 0, previousEventDigest: null },
  };
  const text = canonicalJson(event);
  const bytes = Buffer.byteLength(text) + GROWTH_BYTES_MAX;
  if (bytes > ENTRY_BYTES_MAX) throw tooLong(event.action, bytes);
  return { event, parts: cut(text), salt, detail };
}

/** Quotes inside of strings are escaped, so these words are found where the event itself has them, and nowhere else. */
function cut(text: string): Draft['parts'] {
  const digestAt = text.indexOf(NO_DIGEST, text.indexOf('"previousEventDigest":'));
  const versionAt = text.lastIndexOf(NO_VERSION) + '"version":'.length;
  return [text.slice(0, digestAt), text.slice(digestAt + NO_DIGEST.length, versionAt), text.slice(versionAt + 1)];
}

/** The text of an event that follows this head, as `kernel.append_event` makes it too. */
export function follow({ parts: [head, middle, tail] }: Draft, { version, eventDigest }: Head): Following {
  const next = version + 1;
  const body = `${head}${eventDigest === null ? 'null' : `"${eventDigest}"`},"version":${next}${middle}${next}${tail}`;
  return { version: next, eventDigest: digestText(body), body };
}

/** A salted commitment: whoever has salt and detail can check it, whoever has neither learns nothing from it. */
export const commit = (salt: Buffer, detail: string): Digest =>
  `sha256:${createHash('sha256').update(salt).update(detail, 'utf8').digest('hex')}` as Digest;

const tooLong = (action: string, bytes: number): Fault =>
  new Fault('LIMIT_EXCEEDED', {
    public: `What is told of this change, ${action}, takes ${bytes} bytes; an entry of the audit log has at most ${ENTRY_BYTES_MAX}. Change less at once, or use shorter names.`,
  });
