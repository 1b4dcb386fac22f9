import type { z } from 'zod';
import { EVENT_SCHEMAS, type OpenLineageEvent } from './event.ts';

export const EVENTS_MAX = 1_000;

export type ReadEvents =
  | { readonly ok: true; readonly events: readonly OpenLineageEvent[] }
  /** `path` is the JSON path of the first wrong value, e.g. `$[2].run.runId`. */
  | { readonly ok: false; readonly reason: 'malformed' | 'too-many'; readonly path: string; readonly message: string };

/** Reads one event or an array of events. Nothing of a batch is taken when one of its events is wrong. */
export function readEvents(body: unknown): ReadEvents {
  if (!Array.isArray(body)) {
    const read = readEvent(body, []);
    return 'wrong' in read ? read.wrong : { ok: true, events: [read.event] };
  }
  if (body.length > EVENTS_MAX) {
    return {
      ok: false,
      reason: 'too-many',
      path: '$',
      message: `A batch holds at most ${EVENTS_MAX} events; this one has ${body.length}.`,
    };
  }
  const events: OpenLineageEvent[] = [];
  for (const [i, item] of body.entries()) {
    const read = readEvent(item, [i]);
    if ('wrong' in read) return read.wrong;
    events.push(read.event);
  }
  return { ok: true, events };
}

type Read = { readonly event: OpenLineageEvent } | { readonly wrong: Extract<ReadEvents, { ok: false }> };

function readEvent(value: unknown, at: readonly PropertyKey[]): Read {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return wrong(at, 'An event is a JSON object: a RunEvent, a JobEvent or a DatasetEvent.');
  if ('run' in value) {
    const { data, error } = EVENT_SCHEMAS.run.safeParse(value);
    return error === undefined ? { event: { kind: 'run', ...data } } : first(at, error);
  }
  if ('job' in value) {
    const { data, error } = EVENT_SCHEMAS.job.safeParse(value);
    return error === undefined ? { event: { kind: 'job', ...data } } : first(at, error);
  }
  if ('dataset' in value) {
    const { data, error } = EVENT_SCHEMAS.dataset.safeParse(value);
    return error === undefined ? { event: { kind: 'dataset', ...data } } : first(at, error);
  }
  return wrong(at, 'An event has `run` and `job` (RunEvent), `job` (JobEvent) or `dataset` (DatasetEvent).');
}

function first(at: readonly PropertyKey[], { issues }: z.ZodError): Read {
  const [issue] = issues;
  return wrong([...at, ...(issue?.path ?? [])], issue?.message ?? 'The event is malformed.');
}

const wrong = (path: readonly PropertyKey[], message: string): Read => ({
  wrong: { ok: false, reason: 'malformed', path: jsonPath(path), message },
});

/** `$.inputs[0].facets["my.facet"]`, as RFC 9535 writes it. */
const jsonPath = (path: readonly PropertyKey[]): string =>
  `$${path
    .map((part) =>
      typeof part === 'number'
        ? `[${part}]`
        : /^[A-Za-z_]\w*$/.test(String(part))
          ? `.${String(part)}`
          : `[${JSON.stringify(String(part))}]`,
    )
    .join('')}`;
