import { createHash, hash } from 'node:crypto';
import type { Checkpoint } from '../checkpoint.ts';
import { ENTRY_BYTES_MAX } from '../entryBundle.ts';
import type { Frontier } from '../frontier.ts';
import { HASH_BYTES, parseHash } from '../hash.ts';
import { verifyInclusion } from '../inclusion.ts';
import { LogError, malformed } from '../logError.ts';
import { AggregateChains, type AggregateLink } from './aggregateChains.ts';
import type { ExportAnchors } from './exportAnchors.ts';
import type { ExportHeader } from './exportFormat.ts';
import type { DetailLine, EntryLine, Span } from './exportLine.ts';

/** After a restore a database goes on with a log of this name: `example.com/audit/2`. */
const CONTINUED = /\/(?:[2-9]|[1-9]\d+)$/;

/** Checks one entry after the other: place, hash, proof, chain, detail. */
export class EntryVerifier {
  readonly #header: ExportHeader;
  readonly #checkpoint: Checkpoint;
  readonly #frontier: Frontier;
  readonly #anchors: ExportAnchors;
  readonly #chains: AggregateChains;
  /** Holds 0x00 and a body: what is hashed, with and without its first byte. */
  readonly #preimage = Buffer.alloc(1 + ENTRY_BYTES_MAX);
  readonly #leaf = Buffer.alloc(HASH_BYTES);
  /** What the last entry commits to, until its detail was seen. */
  #commitment: { readonly index: number; readonly digest: string } | null = null;
  #next: number;
  #entries = 0;
  #pruned = 0;
  #details = 0;
  #commitments = 0;

  constructor(header: ExportHeader, checkpoint: Checkpoint, frontier: Frontier, anchors: ExportAnchors) {
    this.#header = header;
    this.#checkpoint = checkpoint;
    this.#frontier = frontier;
    this.#anchors = anchors;
    this.#chains = new AggregateChains(header.range.from, CONTINUED.test(header.origin));
    this.#next = header.range.from;
    if (header.kind === 'whole') this.#compareAnchors();
  }

  /** The entry that comes next in a whole export; the first that may in a filtered one. */
  get next(): number {
    return this.#next;
  }

  get counts(): { entries: number; pruned: number; details: number; detailsAbsent: number; links: number } {
    const [entries, pruned, details] = [this.#entries, this.#pruned, this.#details];
    return { entries, pruned, details, detailsAbsent: this.#commitments - details, links: this.#chains.links };
  }

  entry(bytes: Buffer, line: EntryLine): void {
    this.#commitment = null;
    this.#checkPlace(line);
    if (line.body === null) this.#prune(line);
    else this.#checkBody(bytes, line, line.body);
    if (line.proof === null) {
      this.#leaf.write(line.leaf, 'base64');
      this.#frontier.push(this.#leaf);
      this.#compareAnchors();
    } else this.#prove(line, line.proof);
    if (line.body !== null) this.#readEvent(bytes, line.index, line.body);
    this.#next = line.index + 1;
    this.#entries++;
  }

  detail(bytes: Buffer, { index, salt, detail }: DetailLine): void {
    const commitment = this.#commitment;
    if (commitment?.index !== index)
      throw malformed(`A detail of entry ${index} does not follow that entry, or the entry commits to none.`);
    const saltBytes = parseHash(salt);
    if (saltBytes === null) throw malformed(`The salt of entry ${index} is not base64.`);
    const digest = createHash('sha256').update(saltBytes).update(bytes.subarray(detail.start, detail.end)).digest('hex');
    if (`sha256:${digest}` !== commitment.digest)
      throw new LogError('TAMPERED', `The detail of entry ${index} is not the one that the entry commits to.`, { index });
    this.#commitment = null;
    this.#details++;
  }

  #checkPlace({ index, proof }: EntryLine): void {
    const { kind, range } = this.#header;
    if ((proof === null) !== (kind === 'whole')) throw malformed('Entries have a proof in a filtered export, and only there.');
    if (index >= range.to)
      throw new LogError('TAMPERED', `Entry ${index} is not within the ${range.to} entries of the export.`, { index });
    if (kind === 'whole' ? index === this.#next : index >= this.#next) return;
    const what = index > this.#next ? `Entry ${this.#next} is missing` : `Entry ${index} stands in the wrong place`;
    throw new LogError('TAMPERED', `${what}: entry ${index} follows entry ${this.#next - 1}.`, { index: this.#next });
  }

  #prune({ leaf }: EntryLine): void {
    if (parseHash(leaf) === null) throw malformed('`leaf` is not a SHA-256 hash in base64.');
    this.#chains.skip();
    this.#pruned++;
  }

  #checkBody(bytes: Buffer, { index, leaf }: EntryLine, { start, end }: Span): void {
    const length = end - start;
    if (length > ENTRY_BYTES_MAX) throw malformed(`The body has more than ${ENTRY_BYTES_MAX} bytes.`);
    bytes.copy(this.#preimage, 1, start, end);
    if (hash('sha256', this.#preimage.subarray(0, 1 + length), 'base64') !== leaf)
      throw new LogError('TAMPERED', `Entry ${index} was changed: its body does not have the hash that stands beside it.`, {
        index,
      });
  }

  #prove({ index, leaf }: EntryLine, proof: readonly Buffer[]): void {
    const { size, root } = this.#checkpoint;
    if (!verifyInclusion({ index, size, leaf: Buffer.from(leaf, 'base64'), proof, root }))
      throw new LogError('TAMPERED', `Entry ${index} is not in the log that was signed.`, { index });
  }

  #compareAnchors(): void {
    const { size } = this.#frontier;
    if (this.#anchors.nextSize === size) this.#anchors.compare(size, this.#frontier.root());
  }

  #readEvent(bytes: Buffer, index: number, { start, end }: Span): void {
    const { link, commitment } = parseEvent(bytes.toString('utf8', start, end));
    if (commitment !== null) {
      this.#commitment = { index, digest: commitment };
      this.#commitments++;
    }
    // Of others than all events of an aggregate nothing follows.
    if (this.#header.kind === 'whole')
      this.#chains.follow(index, link, hash('sha256', this.#preimage.subarray(1, 1 + end - start)));
  }
}

/** Of an audit event, version 1, what binds it to others. */
function parseEvent(text: string): { readonly link: AggregateLink; readonly commitment: string | null } {
  const event = parseJson(text);
  const { v, aggregate, changes } = (event ?? {}) as {
    readonly v?: unknown;
    readonly aggregate?: Partial<AggregateLink>;
    readonly changes?: { readonly commitment?: unknown };
  };
  const { id, version, previousEventDigest } = aggregate ?? {};
  const commitment = changes?.commitment;
  const isEvent =
    v === 1 &&
    typeof id === 'string' &&
    Number.isSafeInteger(version) &&
    (typeof previousEventDigest === 'string' || previousEventDigest === null) &&
    (typeof commitment === 'string' || commitment === null);
  if (!isEvent || version === undefined) throw malformed('The body is no audit event of version 1.');
  return { link: { id, version, previousEventDigest }, commitment };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw malformed('The body is not JSON.');
  }
}
