-- What reads datasets and is none: dashboards, notebooks, applications.
alter table catalog.asset drop constraint asset_kind_check;
alter table catalog.asset add constraint asset_kind_check check (kind in ('container', 'dataset', 'dashboard'));

-- What a tool stated last of one namespace, as a whole: an older statement that comes later must not win over it.
create table catalog.tool_statement (
  producer text not null,
  namespace text not null,
  stated_at timestamptz not null,
  recorded_at timestamptz not null,
  primary key (producer, namespace)
);

-- Tests and assertions: what somebody expects of a dataset. A signal keeps its id when its definition changes or comes back.
create table catalog.quality_signal (
  id text not null,
  -- Who checks, `dbt/shop`, and what it calls the check.
  producer text not null,
  -- Of what the statement is about.
  namespace text not null,
  key text not null,
  dataset_no bigint not null references catalog.asset (no),
  -- As the tool spells it; the number only when the dataset has such a column.
  column_name text,
  column_no bigint,
  tool text not null,
  name text not null,
  kind text not null,
  severity text not null check (severity in ('ERROR', 'WARN')),
  description text,
  criteria jsonb,
  -- Of what it says, so that the same again changes nothing.
  digest text not null,
  stated_at timestamptz not null,
  recorded_from timestamptz not null,
  recorded_to timestamptz not null default 'infinity',
  primary key (id, recorded_from)
);
create unique index quality_signal_current on catalog.quality_signal (producer, dataset_no, md5(key)) where recorded_to = 'infinity';
create index quality_signal_stated on catalog.quality_signal (producer, namespace) where recorded_to = 'infinity';
create index quality_signal_natural on catalog.quality_signal (producer, dataset_no, md5(key));
create index quality_signal_list on catalog.quality_signal (dataset_no, left(name, 200), id);
create index quality_signal_column on catalog.quality_signal (column_no, left(name, 200), id) where column_no is not null;

-- What checks found. Rows are only added: results come late and out of order, and the latest is found by when it was observed.
create table catalog.quality_result (
  signal_id text not null,
  observed_at timestamptz not null,
  status text not null check (status in ('PASS', 'WARN', 'FAIL', 'ERROR', 'SKIPPED')),
  -- Of two results of one moment the worse one counts.
  badness smallint not null,
  failures bigint,
  message text,
  -- How far a freshness check found data.
  max_loaded_at timestamptz,
  -- What the tool calls the run.
  run text,
  recorded_at timestamptz not null,
  primary key (signal_id, observed_at, badness)
);

-- Figures that are computed from datasets, by definition.
create table catalog.metric (
  id text not null,
  producer text not null,
  namespace text not null,
  key text not null,
  name text not null,
  label text,
  description text,
  type text not null,
  expression text,
  filter text,
  time_grain text,
  dimensions text[] not null,
  dataset_nos bigint[] not null,
  column_nos bigint[] not null,
  digest text not null,
  stated_at timestamptz not null,
  recorded_from timestamptz not null,
  recorded_to timestamptz not null default 'infinity',
  primary key (id, recorded_from)
);
create unique index metric_current on catalog.metric (producer, namespace, md5(key)) where recorded_to = 'infinity';
create index metric_natural on catalog.metric (producer, namespace, md5(key));
create index metric_datasets on catalog.metric using gin (dataset_nos);
create index metric_columns on catalog.metric using gin (column_nos);

-- Which dashboards a tool stated, so that those that it does not state any more end.
create table catalog.stated_dashboard (
  producer text not null,
  namespace text not null,
  asset_no bigint not null references catalog.asset (no),
  stated_at timestamptz not null,
  recorded_at timestamptz not null,
  primary key (producer, namespace, asset_no)
);
