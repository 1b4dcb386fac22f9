import type { JobEvent, RunEvent } from './event.ts';
import { type LastSaid, saidAt } from './newest.ts';

/** What an event says of its job: `documentation`, `ownership`, `sql`, `jobType`, `tags`. */
export const saidOfJob = ({ eventTime, job }: JobEvent): LastSaid => saidAt(eventTime, { ...job.facets });

/** What an event says of its run: `parent`, `nominalTime`, `errorMessage`, `tags`, and what it read and wrote. */
export function saidOfRun(event: RunEvent): LastSaid {
  const read = (event.inputs ?? []).flatMap(({ namespace, name, inputFacets }) =>
    statistics('inputs', { namespace, name }, inputFacets?.inputStatistics),
  );
  const written = (event.outputs ?? []).flatMap(({ namespace, name, outputFacets }) =>
    statistics('outputs', { namespace, name }, outputFacets?.outputStatistics),
  );
  return saidAt(event.eventTime, { ...event.run.facets, ...Object.fromEntries([...read, ...written]) });
}

const statistics = (side: 'inputs' | 'outputs', dataset: object, value: object | null | undefined): readonly [string, object][] =>
  value === undefined || value === null ? [] : [[`${side} ${JSON.stringify(dataset)}`, { ...dataset, ...value }]];
