create schema catalog;

create table catalog.source (
  id text primary key,
  name text not null unique,
  platform text not null,
  namespace text,
  config jsonb not null,
  sealed_secrets text,
  state text not null check (state in ('active', 'removed')),
  recorded_at timestamptz not null
);

create table catalog.crawl (
  id text primary key,
  source_id text not null references catalog.source (id),
  state text not null check (state in ('queued', 'running', 'held', 'succeeded', 'partial', 'failed', 'cancelled')),
  simulated boolean not null default false,
  requested_by text not null,
  requested_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  added int not null default 0,
  changed int not null default 0,
  unchanged int not null default 0,
  missing int not null default 0,
  removed int not null default 0,
  reason text,
  -- A person's answer to a held crawl: may more than the threshold vanish?
  released_by text
);
create index crawl_source on catalog.crawl (source_id, requested_at desc, id desc);
create index crawl_requested on catalog.crawl (requested_at desc, id desc);
-- Two crawls of one source never overlap.
create unique index crawl_one_at_a_time on catalog.crawl (source_id) where state in ('queued', 'running', 'held');

-- The receipt of each scope of a crawl, and how far it came.
create table catalog.crawl_scope (
  crawl_id text not null references catalog.crawl (id),
  scope text[] not null,
  state text not null check (state in ('listing', 'complete', 'incomplete', 'held')),
  expected int,
  listed int not null default 0,
  -- Path of the last record whose batch is stored, for a crawl that goes on after an interruption.
  stored_up_to text[],
  vanished int,
  reason text,
  primary key (crawl_id, scope)
);

create table catalog.asset (
  no bigint primary key,
  id text not null unique,
  kind text not null check (kind in ('container', 'dataset')),
  subtype text not null,
  platform text not null,
  source_id text not null references catalog.source (id),
  namespace text not null,
  -- The OpenLineage name; canonical tells apart what the platform's case rule tells apart.
  name text not null,
  canonical text not null,
  simple_name text not null,
  parent_no bigint,
  scope text[] not null,
  state text not null check (state in ('present', 'missing', 'removed')),
  missing_since timestamptz,
  version int not null,
  content_digest text not null,
  description text,
  -- Keys, indexes, checks, grants, defining query, problem: what the source says and nobody edits here.
  native jsonb not null,
  column_count int not null default 0,
  simulated boolean not null default false,
  first_seen_at timestamptz not null,
  recorded_at timestamptz not null
);
create unique index asset_natural on catalog.asset (namespace, kind, md5(canonical));
create index asset_name on catalog.asset (namespace, md5(name));
create index asset_scope on catalog.asset (source_id, hash_array_extended(scope, 0));
create index asset_parent on catalog.asset (parent_no, left(name, 200), no);
create index asset_list on catalog.asset (left(name, 200), no);

create table catalog.asset_column (
  no bigint primary key,
  id text not null unique,
  dataset_no bigint not null references catalog.asset (no),
  name text not null,
  canonical text not null,
  ordinal int not null,
  native_type text not null,
  nullable boolean not null,
  default_value text,
  generated_as text,
  description text,
  state text not null check (state in ('present', 'removed')),
  first_seen_at timestamptz not null,
  recorded_at timestamptz not null
);
create unique index asset_column_natural on catalog.asset_column (dataset_no, md5(canonical));
create index asset_column_order on catalog.asset_column (dataset_no, ordinal) where state = 'present';
create index asset_column_name on catalog.asset_column (left(lower(name), 200) text_pattern_ops, dataset_no) where state = 'present';

-- Every state an asset was in, whole, with the event that made it.
create table catalog.asset_version (
  asset_no bigint not null references catalog.asset (no),
  version int not null,
  recorded_from timestamptz not null,
  recorded_to timestamptz not null default 'infinity',
  event_id text not null,
  digest text not null,
  simulated boolean not null,
  body jsonb not null,
  primary key (asset_no, version)
);
create index asset_version_time on catalog.asset_version (asset_no, recorded_from desc);

create table catalog.measurement (
  dataset_no bigint not null references catalog.asset (no),
  recorded_at timestamptz not null,
  row_count_estimate bigint,
  size_bytes bigint,
  primary key (dataset_no, recorded_at)
);

create table catalog.ownership (
  asset_no bigint not null,
  principal_id text not null,
  role text not null check (role in ('TECHNICAL', 'ACCOUNTABLE', 'STEWARD')),
  origin text not null check (origin in ('source', 'rule', 'human')),
  -- The name the source gave; null for owners that people set.
  external text,
  recorded_from timestamptz not null,
  recorded_to timestamptz not null default 'infinity',
  primary key (asset_no, role, principal_id, origin, recorded_from)
);
create unique index ownership_current on catalog.ownership (asset_no, role, principal_id, origin) where recorded_to = 'infinity';
create index ownership_principal on catalog.ownership (principal_id, asset_no) where recorded_to = 'infinity';

-- What people and rules wrote over the source's own comment; the source never touches it.
create table catalog.curated_description (
  asset_no bigint not null,
  origin text not null check (origin in ('rule', 'human')),
  description text not null,
  principal_id text not null,
  recorded_from timestamptz not null,
  recorded_to timestamptz not null default 'infinity',
  primary key (asset_no, origin, recorded_from)
);
create unique index curated_description_current on catalog.curated_description (asset_no, origin) where recorded_to = 'infinity';

create table catalog.tag (
  id text primary key,
  name text not null,
  description text,
  recorded_at timestamptz not null
);
create unique index tag_name on catalog.tag (lower(name));

create table catalog.tag_assignment (
  asset_no bigint not null,
  tag_id text not null references catalog.tag (id),
  origin text not null check (origin in ('source', 'rule', 'human')),
  recorded_from timestamptz not null,
  recorded_to timestamptz not null default 'infinity',
  primary key (asset_no, tag_id, origin, recorded_from)
);
create unique index tag_assignment_current on catalog.tag_assignment (asset_no, tag_id, origin) where recorded_to = 'infinity';
create index tag_assignment_tag on catalog.tag_assignment (tag_id, asset_no) where recorded_to = 'infinity';

-- One row a findable asset, written in the transaction that changes the asset.
create table catalog.search_doc (
  no bigint primary key,
  acl_id int not null,
  tier smallint not null,
  quality real not null,
  name_lc text not null,
  tsv tsvector not null
);
create index search_doc_t0 on catalog.search_doc using gin (tsv) where tier = 0;
create index search_doc_t1 on catalog.search_doc using gin (tsv) where tier = 1;
create index search_doc_t2 on catalog.search_doc using gin (tsv) where tier = 2;
create index search_doc_name on catalog.search_doc (left(name_lc, 200) text_pattern_ops, quality desc);

-- The words that occur, to tell a typing error from a word.
create table catalog.term (
  word text primary key
);
create index term_trgm on catalog.term using gin (word gin_trgm_ops);
create index term_prefix on catalog.term (word text_pattern_ops);
