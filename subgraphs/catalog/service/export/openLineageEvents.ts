import { type Connection, makeCursor, type PageArgs, readPage } from '../../../../kernel/page.ts';
import { seesEverything } from '../../../../kernel/policy/visible.ts';
import { instantNow } from '../../../../kernel/time.ts';
import type { Context } from '../../context.ts';
import type { No } from '../../domain/asset.ts';
import { datasetEntries, edgelessJobEntries, evidenceEntries, type ExportEntry } from '../../store/exportRows.ts';
import { requirePresent } from '../presentOnly.ts';
import { namedAssets, startsOf } from '../lineage/starts.ts';
import { datasetEvents } from './datasetEvents.ts';
import { edgelessJobEvents, evidenceEvents } from './evidenceEvents.ts';

/** The graph as an event in the form of OpenLineage. */
export interface ExportedEvent {
  readonly kind: 'DATASET' | 'JOB';
  readonly isPartial: boolean;
  readonly event: object;
}

export interface ExportArgs extends PageArgs {
  readonly from?: readonly string[] | null;
}

/** As many columns and edges as one page has, beyond its first event. */
const WEIGHT_MAX = 20_000;

const PHASES = ['datasets', 'evidence', 'jobs'] as const;
type Phase = (typeof PHASES)[number];
type Entry = ExportEntry & { readonly phase: Phase };

/**
 * The present graph as OpenLineage events, as far as the caller may see it: datasets first, then what says where they come
 * from. A page may be shorter than asked for: it ends early where it grows heavy, and what the caller may not see has no place.
 */
export async function openLineageEvents(context: Context, { from, ...args }: ExportArgs): Promise<Connection<ExportedEvent>> {
  requirePresent(context, 'openLineageEvents');
  const only = from === null || from === undefined ? null : await datasetsNamed(context, from);
  const page = readPage(args, JSON.stringify(['openLineageEvents', from ?? null]), 100, ['text', 'text']);
  const scanned = await entriesAfter(context, only, page.after, page.first + 1);
  const entries = light(scanned.slice(0, page.first));
  const events = await eventsOf(context, entries);
  const cursorOf = ({ phase, key }: Entry): string => makeCursor([phase, key], page.scope);
  const edges = entries.flatMap((entry) => {
    const node = events.get(keyOf(entry));
    return node === undefined ? [] : [{ cursor: cursorOf(entry), node }];
  });
  const last = entries.at(-1);
  return {
    edges,
    pageInfo: {
      hasNextPage: scanned.length > entries.length,
      hasPreviousPage: page.after !== null,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: last === undefined ? null : cursorOf(last),
    },
  };
}

async function datasetsNamed(context: Context, urns: readonly string[]): Promise<readonly No[]> {
  const { nos } = await startsOf(context, await namedAssets(context, urns), 'DATASET');
  return nos;
}

async function entriesAfter(
  context: Context,
  only: readonly No[] | null,
  after: readonly [string, string] | null,
  limit: number,
): Promise<readonly Entry[]> {
  const begun = Math.max(
    0,
    PHASES.findIndex((phase) => phase === after?.[0]),
  );
  const entries: Entry[] = [];
  for (const [place, phase] of PHASES.entries()) {
    if (place < begun || entries.length >= limit) continue;
    const key = place === begun ? (after?.[1] ?? '') : '';
    const found = await entriesOf(context, phase, only, key, limit - entries.length);
    entries.push(...found.map((entry) => ({ ...entry, phase })));
  }
  return entries;
}

async function entriesOf(
  { kernel: { db }, request, visible }: Context,
  phase: Phase,
  only: readonly No[] | null,
  after: string,
  limit: number,
): Promise<readonly ExportEntry[]> {
  if (phase === 'datasets') return datasetEntries(db, await visible(), only, numberIn(after), limit);
  if (phase === 'evidence') {
    const isAll = await seesEverything(db, request, 'catalog.read');
    return evidenceEntries(db, isAll ? null : await visible(), only, after, limit);
  }
  return edgelessJobEntries(db, await visible(), only, after, limit);
}

/** A cursor comes from the client. */
const numberIn = (key: string): No => (/^\d{1,18}$/.test(key) ? key : '0');

function light(entries: readonly Entry[]): readonly Entry[] {
  let weight = 0;
  const end = entries.findIndex((entry, i) => (weight += entry.weight) > WEIGHT_MAX && i > 0);
  return end === -1 ? entries : entries.slice(0, end);
}

const keyOf = ({ phase, key }: Pick<Entry, 'phase' | 'key'>): string => `${phase} ${key}`;

async function eventsOf(context: Context, entries: readonly Entry[]): Promise<ReadonlyMap<string, ExportedEvent>> {
  const at = instantNow();
  const keys = (of: Phase): readonly string[] => entries.flatMap(({ phase, key }) => (phase === of ? [key] : []));
  const [datasets, evidence, jobs] = [keys('datasets'), keys('evidence'), keys('jobs')];
  const events = {
    datasets: datasets.length === 0 ? [] : await datasetEvents(context.kernel.db, datasets, at),
    evidence: evidence.length === 0 ? [] : await evidenceEvents(context, evidence, at),
    jobs: jobs.length === 0 ? [] : await edgelessJobEvents(context, jobs, at),
  };
  return new Map(PHASES.flatMap((phase) => events[phase].map(([key, event]) => [keyOf({ phase, key }), event] as const)));
}
