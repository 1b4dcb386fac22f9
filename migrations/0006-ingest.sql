-- What pushed events say: jobs, their runs, and what was said last of each thing, so that events may come late, twice and in
-- any order.

create table catalog.job (
  id text primary key,
  namespace text not null,
  name text not null,
  description text,
  sql text,
  sql_dialect text,
  -- What the job says of itself: SPARK, BATCH, QUERY.
  integration text,
  processing_type text,
  job_type text,
  -- [{ principalId, role, external }]
  owners jsonb not null default '[]',
  -- By facet, what was said last and when.
  said jsonb not null default '{}',
  -- What the job reads and writes by its design, and when that was said.
  stated_at timestamptz,
  statement jsonb,
  -- Of the edges that were stored last, so that an event that says the same again costs no look-up.
  claims_digest text,
  first_seen_at timestamptz not null,
  recorded_at timestamptz not null
);
create unique index job_natural on catalog.job (namespace, md5(name));
create index job_list on catalog.job (left(name, 200), id);

create table catalog.job_run (
  id text primary key,
  job_id text not null references catalog.job (id),
  run_id text not null,
  state text not null check (state in ('START', 'RUNNING', 'COMPLETE', 'ABORT', 'FAIL', 'UNKNOWN')),
  started_at timestamptz,
  -- Set exactly when the run has ended.
  ended_at timestamptz,
  last_event_at timestamptz not null,
  nominal_start_at timestamptz,
  nominal_end_at timestamptz,
  error_message text,
  parent_job_namespace text,
  parent_job_name text,
  parent_run_id text,
  progress jsonb not null,
  said jsonb not null default '{}',
  -- What the run read and wrote, while that may still count for the lineage of its job.
  statement jsonb,
  -- True when nothing that it states can count any more.
  spent boolean not null default false,
  recorded_at timestamptz not null
);
create unique index job_run_natural on catalog.job_run (job_id, md5(run_id));
create index job_run_list on catalog.job_run (job_id, last_event_at desc, id desc);
create index job_run_parent on catalog.job_run (md5(parent_run_id)) where parent_run_id is not null;
create index job_run_stated on catalog.job_run (job_id, state, ended_at desc, last_event_at desc) where statement is not null;

-- By facet, what events said last of a dataset and when.
create table catalog.dataset_said (
  asset_no bigint primary key references catalog.asset (no),
  said jsonb not null,
  recorded_at timestamptz not null
);

-- Other names of assets: OpenLineage symlinks. A crawled asset's own name goes before an alias, an alias before a name that
-- only lineage knows.
create table catalog.asset_alias (
  namespace text not null,
  name text not null,
  canonical text not null,
  asset_no bigint not null references catalog.asset (no),
  recorded_at timestamptz not null
);
create unique index asset_alias_name on catalog.asset_alias (namespace, md5(name));
create index asset_alias_canonical on catalog.asset_alias (namespace, md5(canonical));
create index asset_alias_asset on catalog.asset_alias (asset_no);

-- Who said that two names mean one dataset. Aliases are made of these.
create table catalog.symlink (
  dataset_namespace text not null,
  dataset_name text not null,
  namespace text not null,
  name text not null,
  recorded_at timestamptz not null
);
create unique index symlink_natural on catalog.symlink (dataset_namespace, md5(dataset_name), md5(namespace), md5(name));
create index symlink_name on catalog.symlink (namespace, md5(name));
