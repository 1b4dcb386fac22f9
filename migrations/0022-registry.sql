-- Models, their versions, what they are made of, and which version is where.
create schema registry;

create table registry.model (
  -- In the number space of all resources: policies decide by it.
  no bigint primary key,
  id text not null unique,
  name text not null,
  -- The name as it is compared: NFKC, case folded, without outer white space. No two models look alike to a rule.
  folded_name text not null,
  description text not null default '',
  -- The last version number that was handed out.
  last_number int not null default 0,
  version int not null default 1,
  created_by text not null references kernel.principal (id),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  deleted_at timestamptz
);
create unique index model_name on registry.model (folded_name) where deleted_at is null;
create index model_listed on registry.model (lower(name), id) where deleted_at is null;

create table registry.model_owner (
  model_no bigint not null references registry.model (no),
  principal_id text not null references kernel.principal (id),
  primary key (model_no, principal_id)
);

create table registry.model_tag (
  model_no bigint not null references registry.model (no),
  key text not null,
  value text not null,
  primary key (model_no, key)
);

create table registry.model_version (
  id text primary key,
  model_no bigint not null references registry.model (no),
  number int not null,
  -- A draft is still being put together; what is sealed never changes again; damaged: its stored bytes are not those that were sealed.
  state text not null check (state in ('DRAFT', 'SEALED', 'DAMAGED', 'DELETED')),
  -- sha256 of `manifest`; null for a draft.
  content_digest text,
  -- Canonical JSON of what the digest covers: model, version, artifacts, signature, datasets, code commit, parameters.
  manifest text,
  source text not null default '',
  run_id text,
  description text not null default '',
  code_commit text,
  signature jsonb,
  params jsonb not null default '{}',
  version int not null default 1,
  created_by text not null references kernel.principal (id),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  sealed_at timestamptz,
  deleted_at timestamptz,
  unique (model_no, number),
  check ((state = 'DELETED') = (deleted_at is not null)),
  check (state in ('DRAFT', 'DELETED') or (content_digest is not null and manifest is not null and sealed_at is not null))
);
create index model_version_digest on registry.model_version (content_digest) where content_digest is not null;
create index model_version_run on registry.model_version (run_id) where run_id is not null;

create function registry.keep_sealed() returns trigger language plpgsql as $$
begin
  if old.content_digest is not null and (new.content_digest is distinct from old.content_digest or new.manifest is distinct from old.manifest
    or new.signature is distinct from old.signature or new.params is distinct from old.params
    or new.code_commit is distinct from old.code_commit or new.number <> old.number or new.model_no <> old.model_no) then
    raise exception 'a sealed version is never changed' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger model_version_sealed before update on registry.model_version for each row execute function registry.keep_sealed();

create table registry.version_tag (
  version_id text not null references registry.model_version (id),
  key text not null,
  value text not null,
  primary key (version_id, key)
);

-- When stored bytes were found not to be those that were sealed, and until when.
create table registry.damage (
  version_id text not null references registry.model_version (id),
  found_at timestamptz not null,
  ended_at timestamptz check (ended_at >= found_at),
  -- Paths and how their bytes were found: CHANGED or MISSING.
  findings jsonb not null,
  event_id text not null,
  primary key (version_id, found_at)
);
create unique index damage_now on registry.damage (version_id) where ended_at is null;

-- Who brought which bytes: to know a digest is no right to what lies under it.
create table registry.blob_upload (
  digest text not null,
  principal_id text not null references kernel.principal (id),
  size_bytes bigint not null,
  uploaded_at timestamptz not null,
  event_id text not null,
  primary key (digest, principal_id)
);

-- The path is a label: bytes are found by their digest.
create table registry.artifact (
  version_id text not null references registry.model_version (id),
  path text not null,
  size_bytes bigint not null,
  digest text not null,
  media_type text not null,
  -- Loading it may run code (pickles and the like); it is kept as opaque bytes and never loaded.
  is_executable boolean not null,
  primary key (version_id, path)
);
create index artifact_digest on registry.artifact (digest);

-- What a version was trained and tested on, sealed with it.
create table registry.version_dataset (
  version_id text not null references registry.model_version (id),
  role text not null check (role in ('TRAINING', 'VALIDATION', 'TEST')),
  dataset_id text,
  -- As it was written; the id is there when the catalog knew it.
  dataset_urn text not null,
  as_of timestamptz,
  digest text,
  primary key (version_id, role, dataset_urn)
);
create index version_dataset_dataset on registry.version_dataset (dataset_id) where dataset_id is not null;

-- What the digest of a sealed version covers stays as it is, in these tables too; only what the catalog knows of a dataset may come later.
create function registry.keep_sealed_content() returns trigger language plpgsql as $$
declare
  touched text := case when tg_op = 'DELETE' then old.version_id else new.version_id end;
begin
  if exists (select from registry.model_version v where v.id = touched and v.content_digest is not null) then
    if tg_op <> 'UPDATE' or tg_table_name <> 'version_dataset'
      or (to_jsonb(new) - 'dataset_id') <> (to_jsonb(old) - 'dataset_id') then
      raise exception 'a sealed version is never changed' using errcode = 'check_violation';
    end if;
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger artifact_sealed before insert or update or delete on registry.artifact
  for each row execute function registry.keep_sealed_content();
create trigger version_dataset_sealed before insert or update or delete on registry.version_dataset
  for each row execute function registry.keep_sealed_content();

-- Aliases that nothing guards, as a history.
create table registry.alias_binding (
  model_no bigint not null references registry.model (no),
  alias text not null,
  folded_alias text not null,
  version_id text not null references registry.model_version (id),
  bound_by text not null references kernel.principal (id),
  bound_from timestamptz not null,
  bound_to timestamptz,
  event_id text not null,
  end_event_id text,
  primary key (model_no, folded_alias, bound_from),
  check (bound_to >= bound_from),
  check ((bound_to is null) = (end_event_id is null))
);
create index alias_binding_version on registry.alias_binding (version_id);
create unique index alias_binding_now on registry.alias_binding (model_no, folded_alias) where bound_to is null;

-- Whoever changes what a stage of a model holds takes its row first.
create table registry.stage (
  model_no bigint not null references registry.model (no),
  -- Folded like all names: nothing that looks the same is another stage.
  stage text not null,
  primary key (model_no, stage)
);

-- Which version was in which stage, when, by which approval: the only handle of production.
create table registry.stage_binding (
  seq bigint generated always as identity primary key,
  id text not null unique,
  model_no bigint not null references registry.model (no),
  stage text not null,
  -- Counts the bindings of the stage from 1.
  number int not null,
  version_id text not null references registry.model_version (id),
  content_digest text not null,
  kind text not null check (kind in ('PROMOTION', 'ROLLBACK', 'BREAK_GLASS', 'RESTORED')),
  -- Null where no policy guards the stage, and under break-glass.
  approval_id text,
  reason text not null,
  incident text,
  bound_by text not null references kernel.principal (id),
  bound_from timestamptz not null,
  bound_to timestamptz,
  -- Break-glass ends by itself then.
  expires_at timestamptz,
  event_id text not null,
  end_event_id text,
  foreign key (model_no, stage) references registry.stage (model_no, stage),
  unique (model_no, stage, number),
  check ((kind = 'BREAK_GLASS') = (incident is not null)),
  check ((kind = 'BREAK_GLASS') = (expires_at is not null)),
  check (bound_to >= bound_from),
  check ((bound_to is null) = (end_event_id is null))
);
create unique index stage_binding_now on registry.stage_binding (model_no, stage) where bound_to is null;
create index stage_binding_version on registry.stage_binding (version_id, seq desc);
create index stage_binding_due on registry.stage_binding (expires_at) where bound_to is null and expires_at is not null;

-- Every break-glass is looked at afterwards by somebody else.
create table registry.break_glass_review (
  binding_id text primary key references registry.stage_binding (id),
  outcome text check (outcome in ('JUSTIFIED', 'NOT_JUSTIFIED')),
  comment text,
  reviewed_by text references kernel.principal (id),
  reviewed_at timestamptz,
  event_id text,
  check ((outcome is null) = (reviewed_by is null) and (outcome is null) = (reviewed_at is null)
    and (outcome is null) = (comment is null) and (outcome is null) = (event_id is null))
);
create index break_glass_review_open on registry.break_glass_review (binding_id) where outcome is null;

-- Which columns an input of a version's signature comes from, as a history: a row ends, and another says what holds from then on.
create table registry.feature_binding (
  id text primary key,
  version_id text not null references registry.model_version (id),
  -- The input of the signature.
  feature text not null,
  -- The column of the catalog, and the dataset that it is in.
  column_id text not null,
  column_urn text not null,
  dataset_id text not null,
  state text not null check (state in ('PROPOSED', 'CONFIRMED', 'REJECTED')),
  origin text not null check (origin in ('DECLARED', 'PROPOSED')),
  -- Of a proposal, from 0 to 1, and codes that say why.
  confidence double precision not null check (confidence between 0 and 1),
  reasons text[] not null,
  -- One-hot value, bucket and the like: encoded features of a column add up to it.
  encoding text,
  recorded_by text not null references kernel.principal (id),
  recorded_at timestamptz not null,
  ended_at timestamptz,
  event_id text not null,
  end_event_id text,
  check (ended_at >= recorded_at),
  check ((ended_at is null) = (end_event_id is null))
);
create unique index feature_binding_now on registry.feature_binding (version_id, feature, column_id) where ended_at is null;
create index feature_binding_version on registry.feature_binding (version_id, recorded_at);
create index feature_binding_column on registry.feature_binding (column_id, version_id) where state = 'CONFIRMED';
create index feature_binding_dataset on registry.feature_binding (dataset_id, version_id) where state = 'CONFIRMED';

create function registry.keep_feature_bindings() returns trigger language plpgsql as $$
begin
  if tg_op = 'DELETE' or old.ended_at is not null
    or (to_jsonb(new) - 'ended_at' - 'end_event_id') <> (to_jsonb(old) - 'ended_at' - 'end_event_id') then
    raise exception 'a feature binding only ever ends' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger feature_binding_history before update or delete on registry.feature_binding
  for each row execute function registry.keep_feature_bindings();
