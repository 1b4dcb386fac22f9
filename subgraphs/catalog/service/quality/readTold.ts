import { badInput } from '../../../../kernel/fault.ts';
import { parseInstant, type Instant } from '../../../../kernel/time.ts';
import type { EdgeEnd } from '../../domain/lineage/edge.ts';
import type { Told, ToldDashboard, ToldMetric, ToldResult, ToldSignal } from './told.ts';

interface End {
  readonly namespace: string;
  readonly name: string;
  readonly column?: string | null;
}

/** The parts of `IngestMetadataInput` that are about quality, metrics and dashboards. */
export interface ToldInput {
  readonly statement?: { readonly namespace: string; readonly statedAt: string; readonly complete: boolean } | null;
  readonly signals?: readonly SignalInput[] | null;
  readonly results?: readonly ResultInput[] | null;
  readonly metrics?: readonly MetricInput[] | null;
  readonly dashboards?: readonly DashboardInput[] | null;
}

/** What GraphQL lets a client leave out. */
type Loose<T> = { readonly [K in keyof T]?: T[K] | null };

type SignalInput = Pick<ToldSignal, 'key' | 'name' | 'kind'> &
  Loose<Pick<ToldSignal, 'severity' | 'description' | 'criteria'>> & { readonly on: End };
type ResultInput = Pick<ToldResult, 'key' | 'status'> &
  Loose<Pick<ToldResult, 'message' | 'run'>> & {
    readonly on: End;
    readonly observedAt: string;
    readonly failures?: unknown;
    readonly maxLoadedAt?: string | null;
  };
type MetricInput = Pick<ToldMetric, 'key' | 'name' | 'type'> &
  Loose<Omit<ToldMetric, 'key' | 'name' | 'type' | 'reads'>> & { readonly reads: readonly End[] };
type DashboardInput = Pick<ToldDashboard, 'namespace' | 'name' | 'subtype'> &
  Loose<Omit<ToldDashboard, 'namespace' | 'name' | 'subtype' | 'reads'>> & { readonly reads: readonly End[] };

const MAX = { signals: 1_000, results: 2_000, metrics: 200, dashboards: 200 } as const;
const READS_MAX = { metric: 1_000, dashboard: 500 };
const NAME_MAX = 1_000;
/** Namespaces stand in indexes. */
const NAMESPACE_MAX = 400;
const TEXT_MAX = 10_000;
const DIMENSIONS_MAX = 100;
const CRITERIA_MAX = 50_000;

export interface Statement {
  readonly namespace: string;
  readonly statedAt: Instant;
  readonly isComplete: boolean;
}

/** What a request says of quality, metrics and dashboards; null when it says nothing. @throws Fault BAD_USER_INPUT */
export function readTold(input: ToldInput): { readonly statement: Statement; readonly told: Told } | null {
  const lists = {
    signals: input.signals ?? [],
    results: input.results ?? [],
    metrics: input.metrics ?? [],
    dashboards: input.dashboards ?? [],
  };
  for (const [name, max] of Object.entries(MAX)) {
    if (lists[name as keyof typeof MAX].length > max) throw badInput(`${name}: at most ${max} at once.`);
  }
  const { statement } = input;
  if (statement === undefined || statement === null) {
    if (Object.values(lists).some((list) => list.length > 0))
      throw badInput('statement: signals, results, metrics and dashboards need one: { namespace, statedAt, complete }.');
    return null;
  }
  return {
    statement: {
      namespace: nameOf('statement.namespace', statement.namespace, NAMESPACE_MAX),
      statedAt: parseInstant(statement.statedAt),
      isComplete: statement.complete,
    },
    told: {
      signals: lists.signals.map(toSignal),
      results: lists.results.map(toResult),
      metrics: lists.metrics.map(toMetric),
      dashboards: lists.dashboards.map(toDashboard),
    },
  };
}

function toSignal({ key, on, name, kind, severity, description, criteria }: SignalInput): ToldSignal {
  const demands = isEmpty(criteria) ? null : criteria;
  if (demands !== null && JSON.stringify(demands).length > CRITERIA_MAX)
    throw badInput(`signals: the criteria of "${key.slice(0, 100)}" have more than ${CRITERIA_MAX} characters.`);
  return {
    key: nameOf('signals.key', key),
    on: toEnd(on),
    name: nameOf('signals.name', name),
    kind: nameOf('signals.kind', kind),
    severity: severity ?? 'ERROR',
    description: textOf(description),
    criteria: demands,
  };
}

const toResult = ({ key, on, status, observedAt, failures, message, maxLoadedAt, run }: ResultInput): ToldResult => ({
  key: nameOf('results.key', key),
  on: toEnd(on),
  status,
  observedAt: parseInstant(observedAt),
  failures: countOf(failures),
  message: textOf(message),
  maxLoadedAt: typeof maxLoadedAt === 'string' ? parseInstant(maxLoadedAt) : null,
  run: textOf(run)?.slice(0, NAME_MAX) ?? null,
});

function toMetric(metric: MetricInput): ToldMetric {
  const { key, name, label, description, type, expression, filter, timeGrain, dimensions, reads } = metric;
  if (reads.length > READS_MAX.metric) throw badInput(`metrics: "${key.slice(0, 100)}" reads more than ${READS_MAX.metric}.`);
  return {
    key: nameOf('metrics.key', key),
    name: nameOf('metrics.name', name),
    label: textOf(label),
    description: textOf(description),
    type: nameOf('metrics.type', type),
    expression: textOf(expression),
    filter: textOf(filter),
    timeGrain: textOf(timeGrain),
    dimensions: [...new Set(dimensions ?? [])].slice(0, DIMENSIONS_MAX),
    reads: reads.map(toEnd),
  };
}

function toDashboard(dashboard: DashboardInput): ToldDashboard {
  const { namespace, name, label, subtype, url, maturity, description, owners, tags, reads } = dashboard;
  if (reads.length > READS_MAX.dashboard)
    throw badInput(`dashboards: "${name.slice(0, 100)}" reads more than ${READS_MAX.dashboard}.`);
  if (typeof url === 'string' && !isWebAddress(url))
    throw badInput(`dashboards: the url of "${name.slice(0, 100)}" is none of http or https.`);
  return {
    namespace: nameOf('dashboards.namespace', namespace, NAMESPACE_MAX),
    name: nameOf('dashboards.name', name),
    label: textOf(label)?.slice(0, NAME_MAX) ?? null,
    subtype,
    url: url ?? null,
    maturity: maturity ?? null,
    description: textOf(description),
    owners: owners ?? [],
    tags: tags ?? [],
    reads: reads.map(toEnd),
  };
}

const toEnd = ({ namespace, name, column }: End): EdgeEnd => ({ namespace, name, column: column ?? null });

function nameOf(field: string, name: string, max = NAME_MAX): string {
  if (name.trim() === '' || name.length > max) throw badInput(`${field} must have 1 to ${max} characters.`);
  return name;
}

function textOf(text: string | null | undefined): string | null {
  const kept = text?.trim().slice(0, TEXT_MAX).toWellFormed() ?? '';
  return kept === '' ? null : kept;
}

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || (typeof value === 'object' && Object.keys(value).length === 0);

/** Only what a person may safely follow. */
const isWebAddress = (url: string): boolean =>
  url.length <= TEXT_MAX && URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);

/** A count that is none, e.g. a negative one, says nothing. */
function countOf(value: unknown): string | null {
  if (typeof value !== 'number' && typeof value !== 'string' && typeof value !== 'bigint') return null;
  const text = String(value);
  return /^\d{1,18}$/.test(text) ? text : null;
}
