import { Readable } from 'node:stream';
import { newestCosigned, withCosignatures } from '../../../../kernel/audit/ledger/cosignatures.ts';
import { type Head, headFrom, headOf, loadTiles, type Log, tileReader } from '../../../../kernel/audit/ledger/ledger.ts';
import { consistencyOf } from '../../../../kernel/audit/ledger/proofs.ts';
import { ProvingReader } from '../../../../kernel/audit/ledger/provingReader.ts';
import { originOf, record } from '../../../../kernel/audit/record.ts';
import { encodeExport } from '../../../../kernel/audit/log/export/exportEncoder.ts';
import type { ExportEntry, ExportHeader } from '../../../../kernel/audit/log/export/exportFormat.ts';
import { inclusionProof } from '../../../../kernel/audit/log/inclusion.ts';
import { nodesOfRange } from '../../../../kernel/audit/log/node.ts';
import { signerKey } from '../../../../kernel/audit/log/noteKey.ts';
import type { RequestContext } from '../../../../kernel/context.ts';
import type { Queryable } from '../../../../kernel/db/database.ts';
import { badInput, Fault, notFound } from '../../../../kernel/fault.ts';
import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import type { RawReply } from '../../../../kernel/http/route.ts';
import { requireAction } from '../../../../kernel/policy/decision.ts';
import { exported } from '../../domain/disclosure.ts';
import { exportEntries } from '../../store/exportEntries.ts';
import { type ExportQuery, filterText, readExportQuery } from './exportQuery.ts';

type ExportKernel = Pick<Kernel, 'db' | 'auditLog'>;

const PAGE = 500;
/** How many entries one statement looks at: a filter may fit none of them. */
const WINDOW = 20_000;

/**
 * The log, or what of it fits a filter, up to the checkpoint that is the newest when the export begins. That somebody took it along
 * is in the log before the first byte is sent.
 * @throws Fault FORBIDDEN, BAD_USER_INPUT, NOT_FOUND, AS_OF_UNSUPPORTED
 */
export async function exportLog(
  kernel: ExportKernel,
  log: Log,
  params: URLSearchParams,
  request: RequestContext,
): Promise<RawReply> {
  const asked = readExportQuery(params);
  const decision = requireAction(request, asked.withDetails ? 'audit.readDetail' : 'audit.read');
  if (asked.withDetails) requireAction(request, 'audit.read');
  if (request.asOf !== null)
    throw new Fault('AS_OF_UNSUPPORTED', { public: 'An export ends with a checkpoint. Narrow it with `to` or `toIndex`.' });
  const head = await endOf(kernel.db, log, asked);
  const header = await headerOf(kernel, log, head, asked);
  const { origin, range, filter } = header;
  const told = exported(request.principal.id, { origin, size: head.size, range, filter, withDetails: asked.withDetails });
  await kernel.db.transaction((tx) => record(tx, originOf(request, decision), [told]));
  // Nothing runs ahead of the client, and the stream ends with the client: pages are read as they are taken.
  const raw = Readable.from(encodeExport(header, pagesOf(kernel.db, header, head, asked)), { highWaterMark: 1 });
  return { status: 200, type: 'application/x-ndjson; charset=utf-8', raw };
}

async function endOf(db: Queryable, { epoch }: Log, { toIndex, isWitnessed }: ExportQuery): Promise<Head> {
  if (isWitnessed) {
    const cosigned = await newestCosigned(db, epoch);
    if (cosigned === null) throw notFound('A checkpoint that a witness has cosigned');
    if (toIndex !== null && toIndex > cosigned.size) throw badInput(`toIndex: the witness has seen ${cosigned.size} entries.`);
    return cosigned;
  }
  const head = toIndex === null ? await headOf(db, epoch) : await headFrom(db, epoch, toIndex);
  if (head === null) throw notFound(toIndex === null ? 'A checkpoint' : `A checkpoint of ${toIndex} entries or more`);
  return withCosignatures(db, head);
}

async function headerOf({ db, auditLog }: ExportKernel, log: Log, head: Head, asked: ExportQuery): Promise<ExportHeader> {
  const { filter, fromIndex, since } = asked;
  const { epoch, size } = head;
  if (fromIndex > size) throw badInput(`fromIndex: the log has ${size} entries.`);
  const late = since.find((earlier) => earlier > size);
  if (late !== undefined) throw badInput(`since: the log has ${size} entries, and not ${late}.`);
  const isWhole = filter === null;
  const proofs = isWhole ? [] : since;
  return {
    origin: log.origin,
    kind: isWhole ? 'whole' : 'filtered',
    range: { from: fromIndex, to: size },
    filter: isWhole ? null : filterText(filter),
    before: isWhole ? await tileReader(db, epoch, size).read(nodesOfRange(0, fromIndex)) : [],
    consistency: await Promise.all(
      proofs.map(async (earlier) => ({ size: earlier, hashes: await consistencyOf(db, epoch, earlier, size) })),
    ),
    checkpoint: head.note,
    vkey: signerKey(log.origin, auditLog.signingKey).verifier.vkey,
  };
}

async function* pagesOf(
  db: Queryable,
  { range }: ExportHeader,
  { epoch, size }: Head,
  { filter, withDetails }: ExportQuery,
): AsyncGenerator<readonly ExportEntry[]> {
  const reader = new ProvingReader(size, (tiles) => loadTiles(db, epoch, tiles));
  for (let at = range.from; at < range.to;) {
    const to = Math.min(range.to, at + (filter === null ? PAGE : WINDOW));
    const page = await exportEntries(db, { epoch, from: at, to, limit: PAGE, withDetails, filter });
    yield filter === null ? page : await proved(page, reader, size);
    const last = page.at(-1);
    at = page.length < PAGE || last === undefined ? to : last.index + 1;
  }
}

async function proved(page: readonly ExportEntry[], reader: ProvingReader, size: number): Promise<readonly ExportEntry[]> {
  const entries: ExportEntry[] = [];
  // One after the other: neighbours share their tiles.
  for (const entry of page) entries.push({ ...entry, proof: await inclusionProof(reader, entry.index, size) });
  return entries;
}
