import { createHash } from 'node:crypto';
import type { SignedCheckpoint } from '../checkpoint.ts';
import { Frontier } from '../frontier.ts';
import { LogError, malformed, tampered } from '../logError.ts';
import { nodesOfRange } from '../node.ts';
import type { VerifierKey } from '../noteKey.ts';
import { ExportAnchors, openExport, type Anchor, type Trust } from './exportAnchors.ts';
import { EntryVerifier } from './entryVerifier.ts';
import { LINE_BYTES_MAX, type ExportFooter, type ExportHeader } from './exportFormat.ts';
import { parseFooter, parseHeader } from './exportHeader.ts';
import { isDetailLine, isFooterLine, parseDetailLine, parseEntryLine, type Span } from './exportLine.ts';

/** What a sound export shows. */
export interface ExportReport {
  readonly header: ExportHeader;
  readonly checkpoint: SignedCheckpoint;
  readonly key: VerifierKey;
  /** False when the key was taken from the export itself. */
  readonly isKeyGiven: boolean;
  readonly anchors: readonly Anchor[];
  readonly entries: number;
  /** Entries of which only the hash is left. */
  readonly pruned: number;
  readonly details: number;
  /** Events that commit to a detail which is not in the export. */
  readonly detailsAbsent: number;
  /** Events that are the first of their aggregate or follow the one that they name as the one before them. */
  readonly links: number;
}

interface Opened {
  readonly header: ExportHeader;
  readonly checkpoint: SignedCheckpoint;
  readonly key: VerifierKey;
  readonly anchors: ExportAnchors;
  readonly frontier: Frontier;
  readonly entries: EntryVerifier;
}

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** Checks an export while it is read, piece by piece; throws a LogError at the first thing that is wrong. */
export class ExportVerifier {
  readonly #trust: Trust;
  readonly #digest = createHash('sha256');
  #rest: Buffer = Buffer.alloc(0);
  #opened: Opened | null = null;
  #footer: (ExportFooter & { readonly found: string }) | null = null;

  constructor(trust: Trust) {
    this.#trust = trust;
  }

  push(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(NEWLINE, this.#rest.length); end >= 0; end = bytes.indexOf(NEWLINE, start)) {
      if (this.#footer === null && isFooterLine(bytes, { start, end })) this.#digest.update(bytes.subarray(0, start));
      this.#located(() => this.#line(bytes, { start, end }));
      start = end + 1;
    }
    if (this.#footer === null) this.#digest.update(bytes.subarray(0, start));
    // A copy, because whoever reads may fill its buffer anew.
    this.#rest = Buffer.from(bytes.subarray(start));
    if (this.#rest.length > LINE_BYTES_MAX) throw malformed(`A line is longer than ${LINE_BYTES_MAX} bytes.`);
  }

  end(): ExportReport {
    if (this.#rest.length > 0) throw this.#cutOff('its last line has no end');
    if (this.#opened === null) throw malformed('The export is empty.');
    if (this.#footer === null) throw this.#cutOff('its last line is missing');
    const { header, checkpoint, key, anchors, entries } = this.#opened;
    this.#checkCounts(this.#opened, this.#footer);
    if (header.kind === 'whole') this.#checkRoot(this.#opened);
    else anchors.compareByProof(checkpoint, header);
    if (this.#footer.found !== this.#footer.sha256)
      throw tampered('The file was changed outside of what the log proves: its bytes are not those of its last line’s `sha256`.');
    return { header, checkpoint, key, isKeyGiven: this.#trust.keys.length > 0, anchors: anchors.held, ...entries.counts };
  }

  /** Says for each fault at which entry it was found, if nothing better is known. */
  #located(read: () => void): void {
    try {
      read();
    } catch (error) {
      const next = this.#opened?.entries.next;
      if (!(error instanceof LogError) || error.code !== 'MALFORMED' || next === undefined) throw error;
      throw new LogError(error.code, `At entry ${next}: ${error.message}`, { index: next });
    }
  }

  #line(bytes: Buffer, line: Span): void {
    if (this.#footer !== null) throw malformed('Something follows the last line.');
    if (bytes[line.end - 1] === RETURN) throw malformed('The line ends with a carriage return: line ends were rewritten.');
    if (this.#opened === null) this.#opened = open(bytes.toString('utf8', line.start, line.end), this.#trust);
    else if (isFooterLine(bytes, line))
      this.#footer = { ...parseFooter(bytes.toString('utf8', line.start, line.end)), found: this.#digest.digest('hex') };
    else if (isDetailLine(bytes, line)) this.#opened.entries.detail(bytes, parseDetailLine(bytes, line));
    else this.#opened.entries.entry(bytes, parseEntryLine(bytes, line));
  }

  #checkCounts({ header, entries }: Opened, footer: ExportFooter): void {
    const { next, counts } = entries;
    if (header.kind === 'whole' && next !== header.range.to)
      throw new LogError('TAMPERED', `Entry ${next} and what follows up to entry ${header.range.to - 1} is missing.`, {
        index: next,
      });
    if (footer.entries !== counts.entries || footer.details !== counts.details)
      throw tampered(
        `The last line tells of ${footer.entries} entries and ${footer.details} details; there are ${counts.entries} and ${counts.details}.`,
      );
  }

  #checkRoot({ checkpoint, frontier, anchors }: Opened): void {
    if (frontier.root().equals(checkpoint.root)) return;
    const within = { from: Math.max(anchors.heldSize, 0), to: checkpoint.size };
    throw new LogError(
      'TAMPERED',
      `The entries are not those that the log signed. Something differs in the entries from ${within.from} to ${within.to - 1}.`,
      { within },
    );
  }

  #cutOff(how: string): LogError {
    const next = this.#opened?.entries.next;
    return new LogError('MALFORMED', `The export was cut off: ${how}.`, next === undefined ? {} : { index: next });
  }
}

function open(line: string, trust: Trust): Opened {
  if (line.startsWith('\ufeff')) throw malformed('The file begins with a byte order mark, which some editor added.');
  const header = parseHeader(line);
  const { checkpoint, key } = openExport(header, trust);
  const { kind, range, before } = header;
  const preceding = kind === 'whole' ? nodesOfRange(0, range.from).length : 0;
  if (range.from > range.to || before.length !== preceding) throw malformed('`range` and `before` do not fit each other.');
  if (kind === 'whole' ? range.to !== checkpoint.size : range.to > checkpoint.size)
    throw tampered(`The export goes up to entry ${range.to}, its checkpoint to ${checkpoint.size}.`);
  if (kind === 'whole' ? header.filter !== null : header.filter === null)
    throw malformed('Filtered exports say what was asked; whole ones do not.');
  const anchors = new ExportAnchors(header, checkpoint, trust, key);
  const frontier = kind === 'whole' ? new Frontier(range.from, before) : new Frontier();
  return { header, checkpoint, key, anchors, frontier, entries: new EntryVerifier(header, checkpoint, frontier, anchors) };
}
