import type { Comparator, Subject } from './clause.ts';

const EQUAL = ['=', '!='] as const;
const ALIKE = [...EQUAL, 'LIKE', 'ILIKE'] as const;
const ORDERED = [...EQUAL, '<', '<=', '>', '>='] as const;
const LISTED = [...ALIKE, 'IN', 'NOT IN'] as const;
const NULLABLE = [...ALIKE, 'IS NULL', 'IS NOT NULL'] as const;

/** What can be compared, and how. */
export interface Comparable {
  readonly is: 'text' | 'number';
  readonly by: readonly Comparator[];
}

/** What a search can be asked. */
export interface Grammar {
  /** What is searched, for messages. */
  readonly of: string;
  /** By what stands before the first dot of a name. */
  readonly subjects: ReadonlyMap<string, Subject>;
  /** Attributes by their names, other ways of writing them included; which one is meant is the value. */
  readonly attributes: ReadonlyMap<string, string>;
  readonly comparables: Readonly<Record<string, Comparable>>;
  /** What every key of a subject can be compared by. */
  readonly keys: { readonly [S in Exclude<Subject, 'attribute'>]?: Comparable };
  readonly orders: ReadonlySet<string>;
  /** Whether one can order by metrics, parameters and tags, too. */
  readonly isOrderedByKeys: boolean;
  readonly example: string;
}

const SUBJECTS = {
  attribute: ['attribute', 'attributes', 'attr', 'run'],
  metric: ['metric', 'metrics'],
  param: ['param', 'params', 'parameter', 'parameters'],
  tag: ['tag', 'tags'],
  dataset: ['dataset', 'datasets'],
} as const satisfies Record<Subject, readonly string[]>;

const subjects = (...names: readonly Subject[]): ReadonlyMap<string, Subject> =>
  new Map(names.flatMap((subject) => SUBJECTS[subject].map((name) => [name, subject] as const)));

const named = (names: readonly string[], others: Readonly<Record<string, string>> = {}): ReadonlyMap<string, string> =>
  new Map([...names.map((name) => [name, name] as const), ...Object.entries(others)]);

const TEXT: Comparable = { is: 'text', by: ALIKE };
const TEXT_OR_LIST: Comparable = { is: 'text', by: LISTED };
const NUMBER: Comparable = { is: 'number', by: ORDERED };
const KEYS = { metric: NUMBER, param: { is: 'text', by: NULLABLE }, tag: { is: 'text', by: NULLABLE } } as const;

const RUN = {
  run_id: TEXT_OR_LIST,
  run_name: TEXT,
  status: TEXT,
  user_id: TEXT,
  artifact_uri: TEXT,
  start_time: NUMBER,
  end_time: NUMBER,
};

export const RUNS: Grammar = {
  of: 'runs',
  subjects: subjects('attribute', 'metric', 'param', 'tag', 'dataset'),
  attributes: named(Object.keys(RUN), {
    created: 'start_time',
    Created: 'start_time',
    'run name': 'run_name',
    'Run name': 'run_name',
    'Run Name': 'run_name',
  }),
  comparables: RUN,
  keys: { ...KEYS, dataset: TEXT_OR_LIST },
  orders: new Set(Object.keys(RUN)),
  isOrderedByKeys: true,
  example: `metrics.auc > 0.9 and params.depth = '6' and tags.\`team\` LIKE 'risk%'`,
};

const EXPERIMENT = { name: TEXT, creation_time: NUMBER, last_update_time: NUMBER };

export const EXPERIMENTS: Grammar = {
  of: 'experiments',
  subjects: subjects('attribute', 'tag'),
  attributes: named(Object.keys(EXPERIMENT), { experiment_id: 'experiment_id' }),
  comparables: EXPERIMENT,
  keys: { tag: KEYS.tag },
  orders: new Set([...Object.keys(EXPERIMENT), 'experiment_id']),
  isOrderedByKeys: false,
  example: `name LIKE 'fraud%' and tags.team = 'risk'`,
};

export const REGISTERED_MODELS: Grammar = {
  of: 'registered models',
  subjects: subjects('attribute', 'tag'),
  attributes: named(['name', 'creation_timestamp', 'last_updated_timestamp'], { timestamp: 'last_updated_timestamp' }),
  comparables: { name: TEXT },
  keys: { tag: KEYS.tag },
  orders: new Set(['name', 'creation_timestamp', 'last_updated_timestamp']),
  isOrderedByKeys: false,
  example: `name ILIKE '%fraud%' and tags.team = 'risk'`,
};

const VERSION = { name: TEXT, version_number: NUMBER, run_id: { is: 'text', by: [...ALIKE, 'IN'] }, source_path: TEXT } as const;

export const MODEL_VERSIONS: Grammar = {
  of: 'model versions',
  subjects: subjects('attribute', 'tag'),
  attributes: named([...Object.keys(VERSION), 'creation_timestamp', 'last_updated_timestamp']),
  comparables: VERSION,
  keys: { tag: KEYS.tag },
  orders: new Set(['name', 'version_number', 'creation_timestamp', 'last_updated_timestamp']),
  isOrderedByKeys: false,
  example: `name = 'fraud' and run_id IN ('a', 'b')`,
};

const LOGGED = {
  name: TEXT_OR_LIST,
  model_id: TEXT_OR_LIST,
  model_type: TEXT_OR_LIST,
  status: TEXT_OR_LIST,
  source_run_id: TEXT_OR_LIST,
  creation_time: NUMBER,
  last_updated_time: NUMBER,
};

export const LOGGED_MODELS: Grammar = {
  of: 'logged models',
  subjects: subjects('attribute', 'metric', 'param', 'tag'),
  attributes: named(Object.keys(LOGGED), {
    creation_timestamp: 'creation_time',
    creation_timestamp_ms: 'creation_time',
    last_updated_timestamp: 'last_updated_time',
    last_updated_timestamp_ms: 'last_updated_time',
  }),
  comparables: LOGGED,
  keys: KEYS,
  orders: new Set(Object.keys(LOGGED)),
  isOrderedByKeys: true,
  example: `name = 'classifier' and metrics.auc > 0.9`,
};
