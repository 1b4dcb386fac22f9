import { z } from 'zod';
import { inputDataset, outputDataset, staticDataset } from './datasetFacets.ts';
import { jobFacets, runFacets } from './jobFacets.ts';
import { moment, name, named, text } from './primitives.ts';

/** How many datasets one event may name on each side. */
const DATASETS_MAX = 2_000;

export const RUN_STATES = ['START', 'RUNNING', 'COMPLETE', 'ABORT', 'FAIL', 'OTHER'] as const;
export type EventType = (typeof RUN_STATES)[number];

const base = z.object({ eventTime: moment, producer: text, schemaURL: text });

const job = named.extend({ facets: jobFacets.nullish() });

const jobEvent = base.extend({
  job,
  inputs: z.array(inputDataset).max(DATASETS_MAX).nullish(),
  outputs: z.array(outputDataset).max(DATASETS_MAX).nullish(),
});

const runEvent = jobEvent.extend({
  eventType: z.enum(RUN_STATES).nullish(),
  // The spec asks for a UUID; there are clients that send other text, and it names the run as well.
  run: z.object({ runId: name, facets: runFacets.nullish() }),
});

const datasetEvent = base.extend({ dataset: staticDataset });

export type RunEvent = z.infer<typeof runEvent>;
export type JobEvent = z.infer<typeof jobEvent>;
export type DatasetEvent = z.infer<typeof datasetEvent>;

/** What the three kinds of event of OpenLineage 2-0-2 say, without the facets that nobody here reads. */
export type OpenLineageEvent =
  | ({ readonly kind: 'run' } & RunEvent)
  | ({ readonly kind: 'job' } & JobEvent)
  | ({ readonly kind: 'dataset' } & DatasetEvent);

export const EVENT_SCHEMAS = { run: runEvent, job: jobEvent, dataset: datasetEvent };
