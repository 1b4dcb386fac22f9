import { digestOf } from '../../../../kernel/canonical.ts';
import { checking } from '../../../../kernel/audit/reconcile/checking.ts';
import { type Finding, finding, shown } from '../../../../kernel/audit/reconcile/finding.ts';
import {
  crawlsAfter,
  type CrawlToCheck,
  sourcesAfter,
  type SourceToCheck,
  tagsAfter,
  type TagToCheck,
} from '../../store/reconcile/namedRows.ts';

type Identified = { readonly id: string };

const unexplained = (type: string, { id }: Identified, what: string): Finding =>
  finding('UNEXPLAINED_ROW', { type, id }, `No event tells of ${what}.`, { found: id });

/** Name and description are what the event of the tag says. */
export const checkTags = checking<TagToCheck>(tagsAfter, (tag, [event]) => {
  const { id, name, description } = tag;
  if (event === undefined) return unexplained('Tag', tag, `the tag "${name}"`);
  const digest = digestOf({ id, name, description });
  if (digest === event.digest) return null;
  return finding('OTHER_STATE', { type: 'Tag', id }, 'Name or description is not what its event says.', {
    expected: event.detail === null ? event.digest : shown(event.detail['name']),
    found: name,
    eventId: event.id,
  });
});

/** A test of a source changes nothing of it. */
const CHANGES = ['catalog.source.added.v1', 'catalog.source.updated.v1', 'catalog.source.removed.v1'];

export const checkSources = checking<SourceToCheck>(sourcesAfter, (source, events) => {
  const { id, name, platform, location, namespaceAliases, state } = source;
  const event = events.find(({ action }) => CHANGES.includes(action));
  if (event === undefined) return unexplained('Source', source, `the source "${name}"`);
  const stateThen = event.action === 'catalog.source.removed.v1' ? 'removed' : 'active';
  const against = { eventId: event.id };
  if (stateThen !== state)
    return finding('OTHER_STATE', { type: 'Source', id }, 'It is not in the state of its last event.', {
      ...against,
      expected: stateThen,
      found: state,
    });
  if (digestOf({ id, name, platform, location, namespaceAliases }) === event.digest) return null;
  return finding('OTHER_STATE', { type: 'Source', id }, 'Name, platform, location or aliases are not what its last event says.', {
    ...against,
    expected: event.detail === null ? event.digest : shown(event.detail),
    found: shown({ name, platform, location, namespaceAliases }),
  });
});

/** In which states a crawl may be after an event. */
const STATES_AFTER: Readonly<Record<string, readonly string[]>> = {
  'catalog.crawl.requested.v1': ['queued', 'running'],
  'catalog.crawl.released.v1': ['queued', 'running'],
  'catalog.crawl.held.v1': ['held'],
  'catalog.crawl.rejected.v1': ['partial'],
  'catalog.crawl.cancelled.v1': ['cancelled'],
  'catalog.crawl.finished.v1': ['succeeded', 'partial', 'failed'],
};

export const checkCrawls = checking<CrawlToCheck>(crawlsAfter, (crawl, events) => {
  const event = events.find(({ action }) => STATES_AFTER[action] !== undefined);
  if (event === undefined) return unexplained('Crawl', crawl, 'this crawl');
  const subject = { type: 'Crawl', id: crawl.id };
  const { state, counts } = event.detail ?? {};
  const possible = typeof state === 'string' ? [state] : (STATES_AFTER[event.action] ?? []);
  if (!possible.includes(crawl.state))
    return finding('OTHER_STATE', subject, 'It is not in the state of its last event.', {
      expected: possible.join(' or '),
      found: crawl.state,
      eventId: event.id,
    });
  if (event.action !== 'catalog.crawl.finished.v1' || typeof counts !== 'object' || counts === null) return null;
  return digestOf(counts) === digestOf(crawl.counts)
    ? null
    : finding('OTHER_STATE', subject, 'Its counts are not those of its last event.', {
        expected: shown(counts),
        found: shown(crawl.counts),
        eventId: event.id,
      });
});
