import { namedKey } from '../../../../lineage/openlineage/statement.ts';
import type { ReadEvent } from './readEvent.ts';

/**
 * What events touch, as far as they say so themselves: their jobs and datasets. Events that give datasets other names, or take
 * them out of service, reach what others said of them, which may be anything: null.
 */
export function keysOf(events: readonly ReadEvent[]): ReadonlySet<string> | null {
  if (events.some(reachesOthers)) return null;
  const keys = new Set<string>();
  for (const { event, datasets } of events) {
    if (event.kind !== 'dataset') keys.add(`job ${namedKey(event.job)}`);
    for (const dataset of datasets) keys.add(`dataset ${namedKey(dataset)}`);
  }
  return keys;
}

const reachesOthers = ({ said }: ReadEvent): boolean =>
  said.some(({ symlinks, previous, said: { dropped } }) => symlinks.length > 0 || previous.length > 0 || dropped !== undefined);
