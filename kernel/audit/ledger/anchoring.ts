import type { Database } from '../../db/database.ts';
import type { Logger } from '../../log.ts';
import { type AnchorFile, anchorFile } from './anchorFile.ts';
import { type Anchor, createPublisher, type Publisher } from './publisher.ts';
import { webhookAnchor } from './webhookAnchor.ts';
import { witnessAnchor, type WitnessAddress } from './witnessAnchor.ts';

/** Where checkpoints are kept outside of the database, so that nobody can rewrite the log unseen. */
export interface Anchoring {
  readonly file: string | undefined;
  readonly url: string | undefined;
  readonly witness: WitnessAddress | undefined;
  readonly everyMs: number;
}

export interface Anchors {
  /** What a restored database is compared with. */
  readonly anchor: AnchorFile | undefined;
  readonly publisher: Publisher;
}

/** The file comes first: what the world has seen stands in it, so that a database restored behind it is noticed. */
export function openAnchors(db: Database, { file, url, witness, everyMs }: Anchoring, log: Logger): Anchors {
  const anchor = file === undefined ? undefined : anchorFile(file);
  const anchors: readonly Anchor[] = [
    ...(anchor === undefined ? [] : [{ name: 'file', publish: (note: string) => anchor.write(note) }]),
    ...(url === undefined ? [] : [webhookAnchor(url)]),
    ...(witness === undefined ? [] : [witnessAnchor(db, witness)]),
  ];
  return { anchor, publisher: createPublisher(anchors, everyMs, log) };
}
