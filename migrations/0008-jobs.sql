-- What jobs read and write: also what only reads or only writes, which no edge between datasets tells.
create table catalog.job_dataset (
  id bigint generated always as identity primary key,
  job_id text not null references catalog.job (id),
  asset_no bigint not null references catalog.asset (no),
  role text not null check (role in ('INPUT', 'OUTPUT')),
  recorded_from timestamptz not null,
  recorded_to timestamptz not null default 'infinity'
);
create unique index job_dataset_current on catalog.job_dataset (job_id, role, asset_no) where recorded_to = 'infinity';
create index job_dataset_job on catalog.job_dataset (job_id, role, asset_no, recorded_from);
create index job_dataset_asset on catalog.job_dataset (asset_no, role, job_id, recorded_from);

-- What is known already from edges.
insert into catalog.job_dataset (job_id, asset_no, role, recorded_from, recorded_to)
select e.evidence ->> 'jobId', ends.no, ends.role, min(e.recorded_from), max(e.recorded_to)
from catalog.lineage_edge e
cross join lateral (values (e.source_no, 'INPUT'), (e.target_no, 'OUTPUT')) as ends(no, role)
where e.origin = 'OPENLINEAGE' and e.level = 0 and e.evidence ? 'jobId'
  and exists (select from catalog.job j where j.id = e.evidence ->> 'jobId')
  and exists (select from catalog.asset a where a.no = ends.no)
group by 1, 2, 3;

-- OpenLineage: the value is obfuscated on its way.
alter table catalog.lineage_edge add column masking boolean not null default false;

-- What shapes the rows of a view hangs on the view now, not on each of its columns: views are derived anew at the next crawl.
delete from catalog.view_derivation;
