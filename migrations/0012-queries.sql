-- What was run at the sources: statements that engines keep statistics of, and how often datasets were read and written by them.

create table catalog.query_statement (
  source_id text not null references catalog.source (id),
  -- Of the text without literals, and where its bare names are looked up: not the engine's, which changes with its version.
  fingerprint text not null,
  outcome text not null check (outcome in ('moves', 'touches', 'foreign', 'unread')),
  -- Without literals; kept only of statements that move data or could not be read.
  text text,
  -- Canonical names that it may mean, and what they stood for when it was analysed; another state means analysing again.
  names text[] not null,
  names_digest text not null,
  reads bigint[] not null default '{}',
  writes bigint[] not null default '{}',
  -- The engine's counters as they were last seen; they fall when the engine forgets.
  calls bigint not null default 0,
  row_count bigint,
  total_ms double precision,
  resolved int,
  "references" int,
  problem text,
  first_seen_at timestamptz not null,
  last_seen_at timestamptz not null,
  recorded_at timestamptz not null,
  primary key (source_id, fingerprint)
);

-- What a crawl read of a source's statements, and what was left out.
create table catalog.crawl_queries (
  crawl_id text primary key references catalog.crawl (id),
  readable boolean not null,
  listed int not null,
  analyzed int not null,
  moving int not null,
  touching int not null,
  foreign_only int not null,
  unread int not null,
  withheld int not null,
  beyond int not null,
  notes text[] not null,
  -- What was counted between these two moments is usage of this crawl; null when the engine does not say since when it counts.
  counted_from timestamptz,
  recorded_at timestamptz not null
);

-- Runs of statements that read or wrote a dataset, as a crawl found them.
create table catalog.dataset_usage (
  dataset_no bigint not null references catalog.asset (no),
  crawl_id text not null references catalog.crawl (id),
  reads bigint not null,
  writes bigint not null,
  primary key (dataset_no, crawl_id)
);
