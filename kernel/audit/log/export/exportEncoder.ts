import { createHash } from 'node:crypto';
import { ENTRY_BYTES_MAX } from '../entryBundle.ts';
import { nodesOfRange } from '../node.ts';
import type { ExportEntry, ExportHeader } from './exportFormat.ts';
import { encodeFooter, encodeHeader } from './exportHeader.ts';

type Pages = AsyncIterable<readonly ExportEntry[]> | Iterable<readonly ExportEntry[]>;

/** The text of an export, a piece for each page of entries. Throws before it would write what no verifier accepts. */
export async function* encodeExport(header: ExportHeader, pages: Pages): AsyncGenerator<string, void, undefined> {
  const encoder = new ExportEncoder(header);
  yield encoder.begin();
  for await (const page of pages) if (page.length > 0) yield encoder.entries(page);
  yield encoder.end();
}

class ExportEncoder {
  readonly #header: ExportHeader;
  readonly #digest = createHash('sha256');
  #next: number;
  #entries = 0;
  #details = 0;

  constructor(header: ExportHeader) {
    const { from, to } = header.range;
    if (from > to) throw new RangeError(`Entries from ${from} to ${to} are none.`);
    const needed = header.kind === 'whole' ? nodesOfRange(0, from).length : 0;
    if (header.before.length !== needed) throw new RangeError(`This export has ${needed} hashes of what precedes it.`);
    this.#header = header;
    this.#next = from;
  }

  begin(): string {
    return this.#written(`${encodeHeader(this.#header)}\n`);
  }

  entries(page: readonly ExportEntry[]): string {
    return this.#written(page.map((entry) => this.#entry(entry)).join(''));
  }

  end(): string {
    if (this.#header.kind === 'whole' && this.#next !== this.#header.range.to)
      throw new RangeError(`The export ends before entry ${this.#next} and should go on to ${this.#header.range.to}.`);
    return `${encodeFooter({ entries: this.#entries, details: this.#details, sha256: this.#digest.digest('hex') })}\n`;
  }

  #entry({ index, leaf, body, proof, detail }: ExportEntry): string {
    const { kind, range } = this.#header;
    if (index >= range.to || (kind === 'whole' ? index !== this.#next : index < this.#next))
      throw new RangeError(`Entry ${index} cannot stand where entry ${this.#next} may.`);
    if ((proof === undefined) !== (kind === 'whole'))
      throw new RangeError('Entries have a proof in a filtered export, and only there.');
    this.#next = index + 1;
    this.#entries++;
    const proved = proof === undefined ? '' : `,"proof":${JSON.stringify(proof.map((hash) => hash.toString('base64')))}`;
    const told = body === null ? '' : `,"body":${checkedBody(body, index)}`;
    return `{"index":${index},"leaf":"${leaf.toString('base64')}"${proved}${told}}\n${this.#detail(index, body, detail ?? null)}`;
  }

  #detail(index: number, body: string | null, detail: ExportEntry['detail']): string {
    if (detail == null) return '';
    if (body === null) throw new RangeError(`Entry ${index} has a detail, but no body that commits to it.`);
    this.#details++;
    return `{"detailOf":${index},"salt":"${detail.salt.toString('base64')}","detail":${oneLine(detail.body, index)}}\n`;
  }

  #written(text: string): string {
    this.#digest.update(text, 'utf8');
    return text;
  }
}

function checkedBody(body: string, index: number): string {
  if (Buffer.byteLength(body, 'utf8') > ENTRY_BYTES_MAX)
    throw new RangeError(`Entry ${index} has more than ${ENTRY_BYTES_MAX} bytes.`);
  return oneLine(body, index);
}

function oneLine(text: string, index: number): string {
  if (/[\r\n]/.test(text)) throw new RangeError(`Entry ${index} has a line break, so it is not canonical JSON.`);
  return text;
}
