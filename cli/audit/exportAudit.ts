import { StringDecoder } from 'node:string_decoder';
import { parseCheckpoint } from '../../kernel/audit/log/checkpoint.ts';
import { ExportVerifier, type ExportReport } from '../../kernel/audit/log/export/exportVerifier.ts';
import { parseNote } from '../../kernel/audit/log/note.ts';
import { badInput } from '../../kernel/fault.ts';
import type { Run } from '../cli.ts';
import type { Client } from '../client.ts';
import { orFileFault, readGiven } from '../readGiven.ts';
import { csvHead, csvLine } from './csv.ts';
import { type ExportRow, RowReader } from './exportRow.ts';
import { filterParams, type FilterOptions, filtersText } from './filters.ts';
import { ocsfLine } from './ocsf.ts';
import { type Sink, sinkOf } from './sink.ts';

export const FORMATS = ['ndjson', 'csv', 'parquet', 'ocsf'] as const;

export interface ExportOptions extends FilterOptions {
  readonly format: (typeof FORMATS)[number];
  readonly out?: string;
  readonly details?: boolean;
  readonly witnessed?: boolean;
  readonly fromIndex?: string;
  readonly toIndex?: string;
  readonly checkpoint?: readonly string[];
}

/**
 * Takes the log along. Every byte is checked on its way, as `audit verify` would, so that what is written as a table was in
 * the log; nothing is written under its name that did not verify.
 */
export async function exportAudit(client: Client, options: ExportOptions, { terminal }: Run): Promise<void> {
  const { format, out, details = false } = options;
  if (format === 'parquet' && out === undefined) throw badInput('Parquet needs a file: --out audit.parquet.');
  const download = new Download(client, await paramsOf(client, options), ({ entries, total }) =>
    terminal.progress.show({ what: 'Exporting', done: entries, total }),
  );
  if (format === 'parquet' && out !== undefined) {
    const { writeParquet } = await import('./parquet.ts');
    const rows = download.rows(details);
    await orFileFault(out, writeParquet(out, await download.origin(), rows));
  } else
    await orFileFault(
      out ?? 'standard output',
      toSink(sinkOf(out), (sink) => writeText(sink, download, format, details)),
    );
  const { entries, header, checkpoint } = download.report();
  const filters = filtersText(options);
  if (entries === 0 && filters !== '') terminal.say(`No entry fits ${filters}.`);
  terminal.say(
    `${entries} ${entries === 1 ? 'entry' : 'entries'} of ${header.origin}${out === undefined ? '' : ` in ${out}`}, under its checkpoint at ${checkpoint.size}.`,
  );
}

async function paramsOf(client: Client, options: ExportOptions): Promise<URLSearchParams> {
  const { details = false, witnessed = false, fromIndex, toIndex, checkpoint = [] } = options;
  const params = await filterParams(client, options);
  if (details) params.set('details', 'true');
  if (witnessed) params.set('witnessed', 'true');
  if (fromIndex !== undefined) params.set('fromIndex', fromIndex);
  if (toIndex !== undefined) params.set('toIndex', toIndex);
  for (const file of checkpoint) params.append('since', String(parseCheckpoint(parseNote(await readGiven(file))).size));
  return params;
}

async function toSink(sink: Sink, work: (sink: Sink) => Promise<void>): Promise<void> {
  try {
    await work(sink);
    await sink.end();
  } catch (error) {
    await sink.abandon();
    throw error;
  }
}

async function writeText(sink: Sink, download: Download, format: ExportOptions['format'], details: boolean): Promise<void> {
  if (format === 'ndjson') {
    for await (const chunk of download.chunks()) await sink.write(chunk);
    return;
  }
  if (format === 'csv') await sink.write(csvHead);
  const origin = await download.origin();
  for await (const row of download.rows(details)) await sink.write(format === 'csv' ? csvLine(row) : ocsfLine(row, origin));
}

interface Pace {
  readonly entries: number;
  readonly total: number | null;
}

/** An export on its way, checked piece by piece. */
class Download {
  readonly #client: Client;
  readonly #params: URLSearchParams;
  readonly #onPace: (pace: Pace) => void;
  readonly #verifier = new ExportVerifier({ keys: [], witnesses: [], checkpoints: [] });
  #report: ExportReport | null = null;
  #pieces: AsyncIterator<Buffer, void> | null = null;
  #first: Buffer | null = null;

  constructor(client: Client, params: URLSearchParams, onPace: (pace: Pace) => void) {
    this.#client = client;
    this.#params = params;
    this.#onPace = onPace;
  }

  report(): ExportReport {
    if (this.#report === null) throw new Error('the export was not read to its end');
    return this.#report;
  }

  /** As the first line says, before anything else is read. */
  async origin(): Promise<string> {
    this.#pieces ??= this.#checked();
    const first = (this.#first ??= (await this.#pieces.next()).value ?? Buffer.alloc(0));
    const line = first.toString('utf8', 0, first.indexOf(0x0a));
    return /"origin":"([^"]*)"/.exec(line)?.[1] ?? '';
  }

  async *chunks(): AsyncGenerator<Buffer> {
    await this.origin();
    if (this.#first !== null) yield this.#first;
    const rest = this.#pieces;
    for (let next = await rest?.next(); next !== undefined && next.done !== true; next = await rest?.next()) yield next.value;
  }

  async *rows(withDetails: boolean): AsyncGenerator<ExportRow> {
    const reader = new RowReader(withDetails);
    const decoder = new StringDecoder('utf8');
    let rest = '';
    let done = 0;
    for await (const chunk of this.chunks()) {
      const lines = (rest + decoder.write(chunk)).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const row = reader.line(line);
        if (row !== null) yield row;
        done += row === null ? 0 : 1;
      }
      this.#onPace({ entries: done, total: null });
    }
  }

  /** The whole first line in the first piece, and only what the verifier has seen. */
  async *#checked(): AsyncGenerator<Buffer, void> {
    const { body } = await this.#client.get(`/log/export?${this.#params.toString()}`);
    let held = Buffer.alloc(0);
    let hasBegun = false;
    for await (const piece of (body ?? []) as AsyncIterable<Uint8Array>) {
      held = Buffer.concat([held, piece]);
      hasBegun ||= held.includes(0x0a);
      if (!hasBegun) continue;
      this.#verifier.push(held);
      yield held;
      held = Buffer.alloc(0);
    }
    if (held.length > 0) this.#verifier.push(held);
    this.#report = this.#verifier.end();
  }
}
