import type { Kernel } from '../../../../kernel/graph/subgraph.ts';
import { keepMark, type Told, toldSince } from '../../store/following.ts';

export type Asking = Pick<Kernel, 'db' | 'graph'>;

/** What the registry does about something that another subgraph tells. Once more changes nothing. */
export interface Follower {
  /** Under which it is kept how far it has looked. */
  readonly name: string;
  readonly topics: readonly string[];
  readonly act: (kernel: Asking, told: readonly Told[], signal: AbortSignal) => Promise<void>;
}

/** How many things are looked at together. */
const AT_ONCE = 500;

/**
 * Does what is to be done about all that was told since.
 * @param known events that this process has dealt with, and which are added to
 */
export async function catchUp(kernel: Asking, follower: Follower, known: Set<string>, signal: AbortSignal): Promise<void> {
  const setting = `registry.following.${follower.name}`;
  const { upTo, told } = await toldSince(kernel.db, setting, follower.topics);
  const fresh = told.filter(({ eventId }) => !known.has(eventId));
  for (let place = 0; place < fresh.length; place += AT_ONCE) {
    if (signal.aborted) return;
    await follower.act(kernel, fresh.slice(place, place + AT_ONCE), signal);
  }
  if (fresh.length === 0) return;
  await kernel.db.transaction((tx) => keepMark(tx, setting, upTo));
  known.clear();
  for (const { eventId } of told) known.add(eventId);
}
