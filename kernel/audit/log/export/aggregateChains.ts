import { LogError } from '../logError.ts';
import { AggregateTable, type Head } from './aggregateTable.ts';

/** What an event says of the thing that it happened to. */
export interface AggregateLink {
  readonly id: string;
  readonly version: number;
  readonly previousEventDigest: string | null;
}

const DIGEST_PREFIX = 'sha256:';

/**
 * Follows the events of each aggregate: versions count up by one, and each event names the digest of the one before. So it shows
 * which event was changed or is missing even where all hashes of the tree were computed anew.
 */
export class AggregateChains {
  readonly #heads = new AggregateTable();
  #links = 0;
  /** Events that somebody's version says there are, but that are not there to be looked at. */
  #missing = 0;
  #unseen: number;

  /** Things may have begun in a log before this one. */
  readonly #isContinued: boolean;

  /**
   * @param unseen how many entries precede the first one that will be told
   * @param isContinued whether another log of the same database came before
   */
  constructor(unseen: number, isContinued = false) {
    this.#unseen = unseen;
    this.#isContinued = isContinued;
  }

  /** How many events are the first of their aggregate or follow the one that they name. */
  get links(): number {
    return this.#links;
  }

  /** An entry without a body: it may have been any event. */
  skip(): void {
    this.#unseen++;
  }

  /** @param digest of the event's text, in hexadecimal */
  follow(index: number, link: AggregateLink, digest: string): void {
    const place = this.#heads.placeOf(link.id);
    const head = this.#heads.read(place);
    const gap = link.version - head.version - 1;
    if (gap < 0)
      throw broken(index, `Entry ${index} is version ${link.version} of something whose version ${head.version} came before.`);
    if (gap === 0) this.#checkDigest(head, index, link);
    else if (head.version > 0 || !this.#isContinued) this.#excuse(index, gap);
    this.#heads.write(place, { version: link.version, index, digest });
  }

  #checkDigest(head: Head, index: number, { previousEventDigest }: AggregateLink): void {
    const expected = head.version === 0 ? null : DIGEST_PREFIX + head.digest;
    if (previousEventDigest !== expected) throw wrongDigest(head, index);
    this.#links++;
  }

  /** A predecessor that is not there is excused by entries that were pruned or precede the range, one by one. */
  #excuse(index: number, gap: number): void {
    this.#missing += gap;
    if (this.#missing > this.#unseen)
      throw broken(index, `Entry ${index} follows ${gap === 1 ? 'an event' : `${gap} events`} that the log should have.`);
  }
}

function wrongDigest(head: Head, index: number): LogError {
  if (head.version === 0) return broken(index, `Entry ${index} is the first of something, but names an event before it.`);
  return broken(
    head.index,
    `Entry ${index} names another event than entry ${head.index} as the one before it; one of both was changed.`,
  );
}

const broken = (index: number, message: string): LogError => new LogError('TAMPERED', message, { index });
