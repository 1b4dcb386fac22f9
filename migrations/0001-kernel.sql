-- The shared language of all subgraphs: who, what happened, what to tell others, who may see what.
create extension if not exists pg_trgm;

create table kernel.setting (
  name text primary key,
  value text not null
);

-- People, teams and services. A stub stands for somebody a source or a file named and who has not signed in yet.
create table kernel.principal (
  id text primary key,
  kind text not null check (kind in ('user', 'team', 'service')),
  name text not null,
  email text,
  owner_id text references kernel.principal (id),
  roles text[] not null default '{}',
  state text not null check (state in ('active', 'stub', 'deactivated')),
  external_namespace text,
  external_name text,
  recorded_at timestamptz not null,
  check ((external_namespace is null) = (external_name is null)),
  check (roles <@ array['admin', 'steward', 'analyst', 'bot'])
);
create unique index principal_email on kernel.principal (lower(email)) where email is not null;
create unique index principal_external on kernel.principal (external_namespace, external_name) where external_name is not null;
create index principal_name on kernel.principal (lower(name), id);

create table kernel.access_key (
  id text primary key,
  principal_id text not null references kernel.principal (id),
  hmac bytea not null unique,
  label text not null,
  scopes text[] not null,
  recorded_at timestamptz not null,
  expires_at timestamptz,
  revoked_at timestamptz,
  check (scopes <@ array['graph', 'ingest'])
);
create index access_key_principal on kernel.access_key (principal_id, id);

-- The head of every thing with a life of its own: its version and the digest of its last event.
create table kernel.aggregate (
  id text primary key,
  version int not null,
  event_digest text
);

-- One row an event, as canonical text: the bytes that were recorded are the bytes that are proved later.
create table kernel.audit_event (
  seq bigint generated always as identity primary key,
  id text not null unique,
  recorded_at timestamptz not null,
  action text not null,
  actor_id text not null,
  subject_type text not null,
  subject_id text not null,
  aggregate_id text not null,
  aggregate_version int not null,
  outcome text not null check (outcome in ('success', 'refused', 'failed')),
  correlation_id text not null,
  digest text not null,
  body text not null
);
create index audit_event_subject on kernel.audit_event (subject_id, seq desc);
create index audit_event_aggregate on kernel.audit_event (aggregate_id, seq desc);
create index audit_event_actor on kernel.audit_event (actor_id, seq desc);
create index audit_event_action on kernel.audit_event (action, seq desc);

-- What may have to be forgotten: free text and values behind the commitment that the event carries.
create table kernel.audit_detail (
  event_id text primary key,
  salt bytea not null,
  body text not null
);

create function kernel.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'audit events are never changed' using errcode = 'insufficient_privilege';
end $$;
create trigger audit_event_append_only before update or delete or truncate on kernel.audit_event
  for each statement execute function kernel.refuse_change();

-- Events for other subgraphs, in the order of seq. xid tells readers which rows may still have an earlier one in flight.
create table kernel.outbox (
  seq bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),
  topic text not null,
  aggregate_id text not null,
  aggregate_version int not null,
  event_id text not null,
  payload text not null,
  recorded_at timestamptz not null
);
create index outbox_aggregate on kernel.outbox (aggregate_id, seq);

create table kernel.idempotency (
  actor_id text not null,
  key text not null,
  input_digest text not null,
  result text not null,
  recorded_at timestamptz not null,
  primary key (actor_id, key)
);

-- Visibility: every resource belongs to one class of resources that are visible to the same people.
create sequence kernel.resource_no as bigint;

create table kernel.acl_class (
  acl_id int generated always as identity (minvalue 0 start 0) primary key,
  digest text not null unique,
  facts jsonb not null
);

create table kernel.resource (
  no bigint primary key,
  type text not null,
  acl_id int not null references kernel.acl_class (acl_id)
);
create index resource_acl on kernel.resource (acl_id);

-- A class that is newer than the bitmap is not visible yet.
create function kernel.may_see(bitmap bytea, acl_id int) returns boolean language sql immutable parallel safe as
  $$ select case when acl_id < 8 * length(bitmap) then get_bit(bitmap, acl_id) = 1 else false end $$;
