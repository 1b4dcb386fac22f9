-- Two names of one dataset meet: namespaces that a source goes by, too, and datasets that turned out to be others.

-- `postgres://pgbouncer:6432` means what the source reaches as `postgres://db:5432`.
create table catalog.namespace_alias (
  namespace text primary key,
  source_id text not null references catalog.source (id),
  recorded_at timestamptz not null
);
create index namespace_alias_source on catalog.namespace_alias (source_id, namespace);

-- A dataset that only lineage knew and that is another one. The row of a merge that was undone stays.
create table catalog.asset_merge (
  id bigint generated always as identity primary key,
  from_no bigint not null references catalog.asset (no),
  into_no bigint not null references catalog.asset (no),
  -- The declared namespace because of which they were merged; null when somebody asked for this merge.
  namespace_alias text,
  reason text,
  principal_id text not null,
  -- Columns that the target got, where it is one that only lineage knows, too.
  columns bigint[] not null default '{}',
  recorded_from timestamptz not null,
  recorded_to timestamptz not null default 'infinity'
);
create unique index asset_merge_current on catalog.asset_merge (from_no) where recorded_to = 'infinity';
create index asset_merge_from on catalog.asset_merge (from_no, recorded_from);
create index asset_merge_into on catalog.asset_merge (into_no, recorded_from);
create index asset_merge_alias on catalog.asset_merge (namespace_alias) where recorded_to = 'infinity';

-- What became what: the dataset and each of its columns. Null for a column that the target does not have.
create table catalog.asset_merge_part (
  merge_id bigint not null references catalog.asset_merge (id),
  from_no bigint not null,
  into_no bigint,
  primary key (merge_id, from_no)
);
create index asset_merge_part_from on catalog.asset_merge_part (from_no);
create index asset_merge_part_into on catalog.asset_merge_part (into_no);

-- Which jobs read and wrote what was merged, and whether the target is read and written by them only because of that.
create table catalog.asset_merge_use (
  merge_id bigint not null references catalog.asset_merge (id),
  job_id text not null,
  role text not null,
  opened boolean not null,
  primary key (merge_id, job_id, role)
);

-- Edges as they were stated, and the edge that stands for each now: none while its ends are one, or one of them is not there.
create table catalog.merged_edge (
  root_id bigint primary key,
  standing_id bigint,
  recorded_at timestamptz not null
);
create index merged_edge_standing on catalog.merged_edge (standing_id);

-- Every edge that a merge or its end has made, and nobody stated.
create table catalog.moved_edge (
  edge_id bigint primary key
);

-- The dataset that stands for this one at the end of all merges.
alter table catalog.asset add column merged_into bigint;
create index asset_merged on catalog.asset (merged_into) where merged_into is not null;

-- Datasets that only lineage knows, and crawled ones by the last parts of their names, to tell which may be one.
create index asset_orphan on catalog.asset (id) where source_id is null and kind = 'dataset' and state = 'present';
create index asset_simple_name on catalog.asset (left(lower(simple_name), 200)) where source_id is not null and kind = 'dataset';
create index asset_tail on catalog.asset (left(lower(substring(name from '[^./]+[./][^./]+$')), 200))
  where source_id is not null and kind = 'dataset';
