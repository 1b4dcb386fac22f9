import { badInput, Fault } from '../../../../kernel/fault.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import type { Route, RouteReply, RouteRequest } from '../../../../kernel/http/route.ts';
import { readEvents, type ReadEvents } from '../../../../lineage/openlineage/readEvents.ts';
import { ingestEvents, type IngestPlace, ingestPlace } from './ingestEvents.ts';
import { mayIngest } from './mayIngest.ts';

/** A full batch of ordinary events, or a few with very wide tables. */
const BODY_BYTES_MAX = 16 * 1024 * 1024;

/** Where OpenLineage clients send to by default, and where they send batches. */
const PATHS = ['/api/v1/lineage', '/api/v1/lineage/batch'] as const;

/** Takes OpenLineage events: one, or an array of them. */
export function ingestRoutes({ db }: Kernel): readonly Route[] {
  const place = ingestPlace(db);
  return PATHS.map((path) => ({
    method: 'POST',
    path,
    bodyBytesMax: BODY_BYTES_MAX,
    handle: (request) => ingest(place, request),
  }));
}

async function ingest(place: IngestPlace, { context, body }: RouteRequest): Promise<RouteReply> {
  const decision = mayIngest(context);
  if (context.asOf !== null)
    throw new Fault('AS_OF_UNSUPPORTED', { public: 'The past cannot be changed. Send events without `Cadastre-As-Of`.' });
  if (typeof body === 'string') throw badInput('Send events as JSON with content-type: application/json.');
  const read = readEvents(body);
  if (!read.ok) return refuse(read);
  const changed = await ingestEvents(place, context, decision, read.events);
  return { status: 201, body: { events: read.events.length, changed } };
}

function refuse({ reason, path, message }: Extract<ReadEvents, { ok: false }>): RouteReply {
  return reason === 'too-many'
    ? { status: 413, body: { code: 'LIMIT_EXCEEDED', message, path } }
    : { status: 400, body: { code: 'BAD_USER_INPUT', message: `${path}: ${message}`, path } };
}
