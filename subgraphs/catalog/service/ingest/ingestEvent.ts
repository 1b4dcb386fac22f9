import type { Origin } from '../../../../kernel/audit/append.ts';
import type { Tx } from '../../../../kernel/db/database.ts';
import { saidDatasets, type SaidDataset } from '../../../../lineage/openlineage/datasets.ts';
import type { OpenLineageEvent } from '../../../../lineage/openlineage/event.ts';
import { type Named, namedKey, statementOf } from '../../../../lineage/openlineage/statement.ts';
import type { No } from '../../domain/asset.ts';
import { lockNames, type Symlink } from '../../store/ingestAliases.ts';
import { type Absorbed, settleAliases } from './aliases.ts';
import { Arrivals } from './arrivals.ts';
import { commitIngested } from './commitIngested.ts';
import { applyFacets, takeDown } from './ingestDatasets.ts';
import { ingestJob, type IngestedJob } from './ingestJob.ts';
import { type Effects, retell, tellDataset, tellJob } from './ingestLineage.ts';
import { ingestRun, type IngestedRun } from './ingestRun.ts';
import { meetDatasets } from './meet.ts';
import { currentNames } from './names.ts';
import { settleTouched } from './settleTouched.ts';

/**
 * Everything that one event says takes effect in one transaction: its job and run, its datasets and what is said of them, and
 * lineage. An event that says nothing new changes nothing and leaves no trace.
 * @returns whether anything that people see is different now
 */
export async function ingestEvent(tx: Tx, origin: Origin, event: OpenLineageEvent): Promise<boolean> {
  const said = saidDatasets(event);
  const names = namesIn(event, said);
  await lockNames(tx, names);
  const job = event.kind === 'dataset' ? null : await ingestJob(tx, origin, event, event.kind === 'job');
  const run = event.kind === 'run' && job !== null ? await ingestRun(tx, job.id, event) : null;
  const effects: Effects = { arrivals: new Arrivals(), lost: new Map() };
  const absorbed = await settleAliases(tx, symlinksIn(said), effects.arrivals);
  const changes = await takeDown(tx, await numbered(tx, names, said, effects.arrivals), absorbed);
  const isRetold = await tell(tx, origin, { job, run, absorbed, effects });
  const retold = changes.filter(({ facets }) => facets.includes('columnLineage'));
  for (const { dataset } of retold) await tellDataset(tx, origin, dataset, effects);
  const columns = await settleTouched(tx, changes, effects);
  await applyFacets(tx, origin, changes);
  const { arrivals } = effects;
  return commitIngested(tx, origin, {
    event,
    job,
    run,
    changes,
    columns,
    arrivals,
    absorbed,
    isRetold: isRetold || retold.length > 0,
  });
}

const symlinksIn = (said: readonly SaidDataset[]): readonly Symlink[] =>
  said.flatMap(({ namespace, name, symlinks }) => symlinks.map((alias) => ({ dataset: { namespace, name }, alias })));

/** All datasets that an event names, also those that only its column lineage names. */
function namesIn(event: OpenLineageEvent, said: readonly SaidDataset[]): readonly Named[] {
  const lineages =
    event.kind === 'dataset'
      ? [event.dataset.facets?.columnLineage]
      : statementOf(event).outputs.map(({ columnLineage }) => columnLineage?.value);
  const sources = lineages.flatMap((lineage) => [
    ...Object.values(lineage?.fields ?? {}).flatMap(({ inputFields }) => inputFields),
    ...(lineage?.dataset ?? []),
  ]);
  const all = [...said, ...sources].map(({ namespace, name }) => ({ namespace, name }));
  return [...new Map(all.map((name) => [namedKey(name), name])).values()];
}

/** The numbers of datasets. Those that nobody has heard of are made. */
async function numbered(
  tx: Tx,
  names: readonly Named[],
  said: readonly SaidDataset[],
  arrivals: Arrivals,
): Promise<readonly { readonly no: No; readonly dataset: SaidDataset | null }[]> {
  const currentName = await currentNames(tx, names);
  const met = await meetDatasets(tx, names.map(currentName), arrivals);
  const toldOf = new Map(said.map((dataset) => [namedKey(dataset), dataset]));
  return names.flatMap((name) => {
    const no = met.get(namedKey(currentName(name)))?.no;
    return no === undefined ? [] : [{ no, dataset: toldOf.get(namedKey(name)) ?? null }];
  });
}

interface Telling {
  readonly job: IngestedJob | null;
  readonly run: IngestedRun | null;
  readonly absorbed: readonly Absorbed[];
  readonly effects: Effects;
}

async function tell(tx: Tx, origin: Origin, { job, run, absorbed, effects }: Telling): Promise<boolean> {
  for (const one of absorbed) await retell(tx, origin, one, effects);
  if (job === null || !(job.isChanged || run?.isChanged === true)) return absorbed.length > 0;
  const isEnd = run === null || run.progress.ended !== null;
  return (await tellJob(tx, origin, job, effects, isEnd)) || absorbed.length > 0;
}
