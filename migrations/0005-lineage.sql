-- Where data comes from: edges between datasets and between columns, each with what says so.

-- An asset may be known from an event or a dbt project before, or without, any crawl.
alter table catalog.asset alter column source_id drop not null;

create table catalog.lineage_edge (
  id bigint generated always as identity primary key,
  source_no bigint not null,
  target_no bigint not null,
  -- 0 between datasets, 1 between columns.
  level smallint not null check (level in (0, 1)),
  -- The OpenLineage column-lineage vocabulary.
  type text not null check (type in ('DIRECT', 'INDIRECT')),
  subtype text not null check (subtype in
    ('IDENTITY', 'TRANSFORMATION', 'AGGREGATION', 'JOIN', 'GROUP_BY', 'FILTER', 'SORT', 'WINDOW', 'CONDITIONAL')),
  expression text,
  confidence real not null check (confidence between 0 and 1),
  reasons text[] not null default '{}',
  origin text not null check (origin in ('VIEW', 'QUERY', 'DBT', 'OPENLINEAGE', 'MANUAL')),
  -- What says so: `view/<asset id>`, `openlineage/<job>`; a new statement of the same evidence replaces the old one.
  evidence_key text not null,
  evidence jsonb not null,
  recorded_from timestamptz not null,
  recorded_to timestamptz not null default 'infinity',
  last_seen_at timestamptz not null,
  -- By these an index in memory finds what changed, without missing a transaction that commits late.
  opened_xid xid8 not null default pg_current_xact_id(),
  closed_xid xid8
);
create unique index lineage_edge_current on catalog.lineage_edge (evidence_key, source_no, target_no, type, subtype)
  where recorded_to = 'infinity';
create index lineage_edge_forward on catalog.lineage_edge (source_no, target_no) where recorded_to = 'infinity';
create index lineage_edge_backward on catalog.lineage_edge (target_no, source_no) where recorded_to = 'infinity';
create index lineage_edge_forward_then on catalog.lineage_edge (source_no, recorded_from);
create index lineage_edge_backward_then on catalog.lineage_edge (target_no, recorded_from);
create index lineage_edge_opened on catalog.lineage_edge (opened_xid);
create index lineage_edge_closed on catalog.lineage_edge (closed_xid) where closed_xid is not null;

-- From what state of a view and of what it reads its edges were derived; another state means deriving again.
create table catalog.view_derivation (
  asset_no bigint primary key references catalog.asset (no),
  content_digest text not null,
  reads bigint[] not null,
  reads_digest text not null,
  -- References that found their owner, of all; null when the definition could not be read.
  resolved int,
  "references" int,
  problem text,
  recorded_at timestamptz not null
);
