import { canonicalJson, digestText, type Digest } from '../../../canonical.ts';
import { commit } from '../../compose.ts';
import { signCheckpoint } from '../checkpoint.ts';
import { consistencyProof } from '../consistency.ts';
import { Frontier } from '../frontier.ts';
import { growTiles } from '../growTiles.ts';
import { leafHash } from '../hash.ts';
import { inclusionProof } from '../inclusion.ts';
import { nodesOfRange } from '../node.ts';
import { signerKey, type SignerKey } from '../noteKey.ts';
import { TileReader } from '../tileReader.ts';
import { encodeExport } from './exportEncoder.ts';
import type { ExportEntry, ExportHeader } from './exportFormat.ts';

export const SAMPLE_KEY = signerKey('example.com/audit', Buffer.alloc(32, 7));

interface Logged {
  readonly body: string;
  readonly detail: { readonly salt: Buffer; readonly body: string } | null;
}

/** A small log with events as they are recorded, its tiles, and exports of it. */
export class SampleLog {
  readonly events: Logged[] = [];
  readonly #tiles = new Map<string, Buffer>();
  readonly #frontier = new Frontier();
  readonly #heads = new Map<string, { readonly version: number; readonly digest: Digest }>();
  readonly #signer: SignerKey;

  constructor(signer: SignerKey = SAMPLE_KEY) {
    this.#signer = signer;
  }

  get size(): number {
    return this.events.length;
  }

  get leaves(): readonly Buffer[] {
    return this.events.map(({ body }) => leafHash(Buffer.from(body)));
  }

  /** Events of a few aggregates in turn; every third has a detail. */
  add(count: number, word = 'zürich'): this {
    for (let added = 0; added < count; added++) this.#log(composed(this.size, word, (id) => this.#heads.get(id)));
    return this;
  }

  /** Logs a text that need be no event. */
  addText(body: string): this {
    this.#log({ body, detail: null });
    return this;
  }

  checkpoint(size = this.size, signer = this.#signer): string {
    const frontier = new Frontier();
    for (const leaf of this.leaves.slice(0, size)) frontier.push(leaf);
    return signCheckpoint({ origin: signer.verifier.name, size, root: frontier.root() }, signer);
  }

  async header(change: Partial<ExportHeader> = {}): Promise<ExportHeader> {
    const range = change.range ?? { from: 0, to: this.size };
    return {
      origin: this.#signer.verifier.name,
      kind: 'whole',
      range,
      filter: null,
      before: await this.reader(range.from).read(nodesOfRange(0, range.from)),
      consistency: [],
      checkpoint: this.checkpoint(range.to),
      vkey: this.#signer.verifier.vkey,
      ...change,
    };
  }

  reader(size = this.size): TileReader {
    return new TileReader(size, (tiles) =>
      Promise.resolve(tiles.map(({ level, index }) => this.#tiles.get(`${level}/${index}`) ?? Buffer.alloc(0))),
    );
  }

  entry(index: number, pruned = false): ExportEntry {
    const event = this.events[index];
    if (event === undefined) throw new RangeError(`There is no entry ${index}.`);
    const leaf = leafHash(Buffer.from(event.body));
    return pruned ? { index, leaf, body: null } : { index, leaf, ...event };
  }

  async whole(change: Partial<ExportHeader> = {}, isPruned: (index: number) => boolean = () => false): Promise<string> {
    const header = await this.header(change);
    const { from, to } = header.range;
    return text(
      header,
      Array.from({ length: to - from }, (_, at) => this.entry(from + at, isPruned(from + at))),
    );
  }

  async filtered(
    indexes: readonly number[],
    earlier: readonly number[] = [],
    change: Partial<ExportHeader> = {},
  ): Promise<string> {
    const consistency = await Promise.all(
      earlier.map(async (size) => ({ size, hashes: await consistencyProof(this.reader(), size, this.size) })),
    );
    const header = await this.header({ kind: 'filtered', filter: 'actor usr_1', before: [], consistency, ...change });
    return text(
      header,
      await Promise.all(
        indexes.map(async (index) => ({ ...this.entry(index), proof: await inclusionProof(this.reader(), index, this.size) })),
      ),
    );
  }

  #log(event: Logged): void {
    for (const { level, index, hashes } of growTiles(this.#frontier, [leafHash(Buffer.from(event.body))])) {
      const before = this.#tiles.get(`${level}/${index}`) ?? Buffer.alloc(0);
      this.#tiles.set(`${level}/${index}`, Buffer.concat([before, hashes]));
    }
    this.events.push(event);
    const { aggregate } = JSON.parse(event.body) as { readonly aggregate?: { readonly id: string; readonly version: number } };
    if (aggregate !== undefined) this.#heads.set(aggregate.id, { version: aggregate.version, digest: digestText(event.body) });
  }
}

async function text(header: ExportHeader, entries: readonly ExportEntry[]): Promise<string> {
  let written = '';
  for await (const piece of encodeExport(header, [entries.slice(0, 3), entries.slice(3)])) written += piece;
  return written;
}

type Heads = (id: string) => { readonly version: number; readonly digest: Digest } | undefined;

function composed(at: number, word: string, headOf: Heads): Logged {
  const id = `ast_${at % 4}`;
  const head = headOf(id);
  const version = (head?.version ?? 0) + 1;
  const detail =
    at % 3 === 0 ? { salt: Buffer.alloc(32, at + 1), body: canonicalJson({ after: `${word} ${at}`, note: 'a\nb "c"' }) } : null;
  const body = canonicalJson({
    v: 1,
    id: `evt_${at}`,
    time: '2026-05-01T12:00:00.000000Z',
    action: 'catalog.asset.changed.v1',
    actor: { id: 'usr_1', kind: 'human', onBehalfOf: null, authMethod: 'token' },
    subject: { type: 'dataset', id, version, digest: null },
    outcome: 'success',
    reason: null,
    changes: { fields: [word], commitment: detail === null ? null : commit(detail.salt, detail.body) },
    request: { traceId: '0'.repeat(32), operation: null, queryHash: null },
    correlationId: 'cor_1',
    aggregate: { id, version, previousEventDigest: head?.digest ?? null },
  });
  return { body, detail };
}
