-- People and groups that an identity provider keeps here by SCIM.

-- `scim` may only do that.
alter table kernel.access_key drop constraint access_key_scopes_check,
  add constraint access_key_scopes_check check (scopes <@ array['graph', 'ingest', 'scim']);

create table kernel.scim_resource (
  principal_id text primary key references kernel.principal (id),
  kind text not null check (kind in ('user', 'group')),
  external_id text,
  -- What the provider says; somebody may be put out, or let in, here all the same.
  active boolean not null,
  -- What the provider says beside name and address, as SCIM writes it.
  attributes jsonb not null,
  recorded_at timestamptz not null,
  changed_at timestamptz not null,
  -- Since when the provider does not keep it any more.
  removed_at timestamptz
);
create index scim_resource_kept on kernel.scim_resource (kind, principal_id) where removed_at is null;
create index scim_resource_external on kernel.scim_resource (external_id) where external_id is not null;
