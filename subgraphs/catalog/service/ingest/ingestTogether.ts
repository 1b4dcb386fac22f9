import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { namedKey } from '../../../../lineage/openlineage/statement.ts';
import { applyAssertions } from '../quality/applyAssertions.ts';
import { lockNames } from '../../store/ingestAliases.ts';
import { type KnownDataset, lockDatasets } from '../../store/ingestDatasets.ts';
import { jobsThatTouch, tellersThatTouch } from '../../store/ingestJobs.ts';
import { type Absorbed, settleAliases } from './aliases.ts';
import { applyFacets } from './applyFacets.ts';
import { commitIngested, type Ingested } from './commitIngested.ts';
import { DatasetBook } from './datasetBook.ts';
import type { DatasetChange } from './datasetChange.ts';
import { ingestJobs, type IngestedJob } from './ingestJobs.ts';
import { type Teller, tellLineage } from './ingestLineage.ts';
import { type IngestedRun, ingestRuns } from './ingestRuns.ts';
import type { ReadEvent } from './readEvent.ts';
import { renamesAmong } from './renames.ts';
import { lifecyclesOf, settleLifecycles } from './settleLifecycles.ts';
import { takeDown } from './takeDown.ts';

/**
 * Everything that some events say takes effect in one transaction: their jobs and runs, their datasets and what is said of them,
 * and lineage. It is the same as if they had come one after another, but that history has one entry for all of them. Events
 * that say nothing new change nothing and leave no trace.
 * @returns by place of the event, whether anything that people see is different now
 */
export async function ingestTogether(tx: Tx, origin: Origin, events: readonly ReadEvent[]): Promise<readonly boolean[]> {
  const names = distinctNames(events);
  await lockNames(tx, names);
  const told = await tellJobs(tx, origin, events);
  const book = new DatasetBook(tx);
  const absorbed = await settleAliases(tx, [...symlinksIn(events), ...(await renamesAmong(tx, events))], book.made);
  await book.learn(names);
  const { changes, seen } = await takeDown(tx, tellingsOf(events, book), absorbed);
  const lifecycles = lifecyclesOf(changes);
  const before = [...absorbed.map(({ from }) => from), ...lifecycles.ended];
  const touched = await whoSpeaksOf(tx, before, absorbed);
  const left = await settleLifecycles(tx, lifecycles);
  const lineage = await tellLineage(tx, {
    jobs: tellersOf(touched.jobs, told),
    datasets: tellingDatasets(touched.datasets, changes),
    changes,
    left,
    book,
  });
  await applyFacets(tx, origin, changes);
  const checked = await applyAssertions(tx, origin, events);
  const ingested: Ingested = {
    events: events.map(({ event }, place) => ({ event, ...told[place], seen: seen.get(place) ?? [] })),
    changes,
    columns: lineage.columns,
    made: book.made,
    absorbed,
    lifecycles,
    retold: lineage.happenings,
  };
  const changed = await commitIngested(tx, origin, ingested);
  return changed.map((isChanged, place) => isChanged || checked.has(place));
}

const distinctNames = (events: readonly ReadEvent[]) => [
  ...new Map(
    events.flatMap(({ datasets }) => datasets.map(({ namespace, name }) => [namedKey({ namespace, name }), { namespace, name }])),
  ).values(),
];

const symlinksIn = (events: readonly ReadEvent[]) =>
  events.flatMap(({ said }) =>
    said.flatMap(({ namespace, name, symlinks }) => symlinks.map((alias) => ({ dataset: { namespace, name }, alias }))),
  );

const tellingsOf = (events: readonly ReadEvent[], book: DatasetBook) =>
  events.flatMap(({ datasets }, event) =>
    datasets.flatMap(({ said, ...name }) => {
      const no = book.of(name)?.no;
      return no === undefined ? [] : [{ event, no, said }];
    }),
  );

/** The job and the run of an event after it. */
interface ToldOf {
  readonly job: IngestedJob | null;
  readonly run: IngestedRun | null;
}

async function tellJobs(tx: Tx, origin: Origin, events: readonly ReadEvent[]): Promise<readonly ToldOf[]> {
  const ofJobs = events.flatMap(({ event }, place) => (event.kind === 'dataset' ? [] : [{ place, event }]));
  const jobs = await ingestJobs(
    tx,
    origin,
    ofJobs.map(({ event }) => ({ event, isDesign: event.kind === 'job' })),
  );
  const jobAt = new Map(ofJobs.map(({ place }, i) => [place, jobs[i] ?? null]));
  const ofRuns = ofJobs.flatMap(({ place, event }) => {
    const job = jobAt.get(place) ?? null;
    return event.kind === 'run' && job !== null ? [{ place, jobId: job.id, event }] : [];
  });
  const runs = await ingestRuns(tx, ofRuns);
  const runAt = new Map(ofRuns.map(({ place }, i) => [place, runs[i] ?? null]));
  return events.map((_, place) => ({ job: jobAt.get(place) ?? null, run: runAt.get(place) ?? null }));
}

interface Speakers {
  readonly jobs: Awaited<ReturnType<typeof jobsThatTouch>>;
  readonly datasets: readonly KnownDataset[];
}

/** Whose lineage must be told again, because what it speaks of has another name now or is gone. */
async function whoSpeaksOf(tx: Tx, nos: readonly string[], absorbed: readonly Absorbed[]): Promise<Speakers> {
  if (nos.length === 0) return { jobs: [], datasets: [] };
  const gone = new Set(absorbed.map(({ from }) => from));
  const datasets = await lockDatasets(tx, await tellersThatTouch(tx, nos));
  return {
    jobs: await jobsThatTouch(tx, nos),
    // What an absorbed dataset said is said by the other one now.
    datasets: [...datasets.values()].map((dataset) => (gone.has(dataset.no) ? { ...dataset, said: {} } : dataset)),
  };
}

/** Jobs that must be told again, and those of which the events say something new. */
function tellersOf(touched: Speakers['jobs'], told: readonly ToldOf[]): readonly Teller[] {
  const tellers = new Map<string, Teller>(touched.map((job) => [job.id, { ...job, claimsDigest: '', always: true }]));
  for (const { job, run } of told) {
    if (job === null || !(job.isChanged || run?.isChanged === true)) continue;
    const before = tellers.get(job.id);
    const isEnd = run === null || run.progress.ended !== null;
    tellers.set(job.id, {
      ...job,
      claimsDigest: before === undefined ? job.claimsDigest : before.claimsDigest,
      always: before?.always === true || isEnd,
    });
  }
  return [...tellers.values()];
}

/** Facets in which a dataset says without a job what it is made of. */
const OWN_LINEAGE = new Set(['columnLineage', 'edges']);

function tellingDatasets(touched: readonly KnownDataset[], changes: readonly DatasetChange[]): readonly KnownDataset[] {
  const telling = new Map(touched.map((dataset) => [dataset.no, dataset]));
  for (const { dataset, facets } of changes) {
    if (telling.has(dataset.no) || facets.some((facet) => OWN_LINEAGE.has(facet))) telling.set(dataset.no, dataset);
  }
  return [...telling.values()];
}
