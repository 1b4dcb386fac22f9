-- May this happen: approval policies, requests that are bound to bytes and evidence, decisions of people.

-- What must hold before something may happen, as data. A version never changes but for its end.
create table kernel.approval_policy (
  name text not null,
  version int not null,
  document jsonb not null,
  digest text not null,
  reason text not null,
  author_id text not null references kernel.principal (id),
  -- Since when each threshold of the document stands as it does, in the order of its evidence: what was measured before is stale.
  evidence_since timestamptz[] not null,
  effective_from timestamptz not null,
  effective_to timestamptz,
  primary key (name, version),
  check (effective_to >= effective_from)
);
create unique index approval_policy_in_force on kernel.approval_policy (name) where effective_to is null;

-- What approvals are about, as the subgraph that owns it states in its own transactions.
create table kernel.approval_subject (
  subject_id text primary key,
  subject_type text not null,
  -- What it is a version of.
  group_id text,
  name text not null,
  -- The resource by whose class it is decided who may see it.
  resource_no bigint,
  -- Null until its content is sealed.
  content_digest text,
  -- The content itself where it is small, e.g. a policy, for reviewers to read.
  content text,
  creator_ids text[] not null,
  owner_ids text[] not null,
  tags text[] not null,
  recorded_at timestamptz not null
);
create index approval_subject_group on kernel.approval_subject (group_id, subject_id);

-- Append-only: a later row of the same subject, kind and name stands for an earlier one.
create table kernel.evidence (
  seq bigint generated always as identity primary key,
  id text not null unique,
  subject_id text not null,
  -- The content that it speaks of.
  subject_digest text not null,
  kind text not null,
  name text not null,
  producer_id text not null references kernel.principal (id),
  tool text not null,
  tool_version text not null,
  inputs_digest text,
  -- Canonical JSON, whose digest is below.
  value text not null,
  digest text not null,
  event_id text not null,
  recorded_at timestamptz not null
);
create index evidence_subject on kernel.evidence (subject_id, kind, name, seq desc);
create trigger evidence_append_only before update or delete or truncate on kernel.evidence
  for each statement execute function kernel.refuse_change();

create table kernel.approval_request (
  id text primary key,
  target_kind text not null check (target_kind in ('MODEL_STAGE', 'DATASET_CERTIFIED', 'DATASET_ACCESS', 'POLICY_CHANGE')),
  -- The stage, or for whom access is asked; empty where the kind says all.
  target_key text not null,
  subject_id text not null references kernel.approval_subject (subject_id),
  content_digest text not null,
  evidence_digest text not null,
  policy_name text not null,
  policy_version int not null,
  policy_digest text not null,
  reason text not null,
  state text not null check (state in ('OPEN', 'APPROVED', 'REJECTED', 'EXPIRED', 'VOIDED', 'WITHDRAWN', 'NEEDS_REVALIDATION',
    'APPLIED', 'SUPERSEDED', 'REVOKED')),
  -- Why it is in a state that nobody asked for.
  state_reason text,
  version int not null default 1,
  -- Decisions of earlier rounds count no more.
  round int not null default 1,
  requested_by text not null references kernel.principal (id),
  requested_at timestamptz not null,
  decide_by timestamptz not null,
  decided_at timestamptz,
  -- What is approved may be applied until then.
  valid_until timestamptz,
  -- What is asked for where access is: for so many seconds from the decision on, or until a moment.
  grant_seconds bigint,
  grant_until timestamptz,
  ended_at timestamptz,
  foreign key (policy_name, policy_version) references kernel.approval_policy (name, version),
  check (state not in ('APPROVED', 'APPLIED') or (decided_at is not null and valid_until is not null)),
  check (target_kind <> 'DATASET_ACCESS' or (grant_seconds is null) <> (grant_until is null))
);
create unique index approval_request_live on kernel.approval_request (subject_id, target_kind, target_key)
  where state in ('OPEN', 'APPROVED', 'NEEDS_REVALIDATION');
create index approval_request_subject on kernel.approval_request (subject_id, requested_at desc);
create index approval_request_time on kernel.approval_request (requested_at desc, id);
create index approval_request_due on kernel.approval_request
  ((case when state in ('OPEN', 'NEEDS_REVALIDATION') then decide_by else valid_until end))
  where state in ('OPEN', 'APPROVED', 'NEEDS_REVALIDATION', 'APPLIED', 'SUPERSEDED');
create index approval_request_applied on kernel.approval_request (target_kind, target_key, subject_id) where state = 'APPLIED';

-- The whole machine: what is not here cannot happen.
create table kernel.approval_transition (
  from_state text not null,
  to_state text not null,
  primary key (from_state, to_state)
);
insert into kernel.approval_transition (from_state, to_state) values
  ('OPEN', 'APPROVED'), ('OPEN', 'REJECTED'), ('OPEN', 'EXPIRED'), ('OPEN', 'VOIDED'), ('OPEN', 'WITHDRAWN'), ('OPEN', 'NEEDS_REVALIDATION'),
  ('APPROVED', 'APPLIED'), ('APPROVED', 'EXPIRED'), ('APPROVED', 'VOIDED'), ('APPROVED', 'WITHDRAWN'), ('APPROVED', 'NEEDS_REVALIDATION'),
  ('APPROVED', 'REVOKED'),
  ('NEEDS_REVALIDATION', 'APPROVED'), ('NEEDS_REVALIDATION', 'OPEN'), ('NEEDS_REVALIDATION', 'REJECTED'), ('NEEDS_REVALIDATION', 'EXPIRED'),
  ('NEEDS_REVALIDATION', 'VOIDED'), ('NEEDS_REVALIDATION', 'WITHDRAWN'),
  ('APPLIED', 'SUPERSEDED'), ('APPLIED', 'REVOKED'), ('APPLIED', 'EXPIRED'), ('APPLIED', 'VOIDED'), ('APPLIED', 'APPLIED'),
  ('SUPERSEDED', 'APPLIED'), ('SUPERSEDED', 'EXPIRED'), ('SUPERSEDED', 'REVOKED'), ('SUPERSEDED', 'VOIDED');

create function kernel.check_approval_transition() returns trigger language plpgsql as $$
begin
  if new.state = old.state then return new; end if;
  if not exists (select from kernel.approval_transition t where t.from_state = old.state and t.to_state = new.state) then
    raise exception 'an approval request does not go from % to %', old.state, new.state using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger approval_request_transition before update of state on kernel.approval_request
  for each row execute function kernel.check_approval_transition();
create function kernel.check_approval_begin() returns trigger language plpgsql as $$
begin
  if new.state <> 'OPEN' then
    raise exception 'an approval request begins open' using errcode = 'check_violation';
  end if;
  return new;
end $$;
create trigger approval_request_begin before insert on kernel.approval_request
  for each row execute function kernel.check_approval_begin();

-- The states that a request went through, for reads as of an earlier time.
create table kernel.approval_move (
  request_id text not null references kernel.approval_request (id),
  version int not null,
  state text not null,
  state_reason text,
  round int not null,
  evidence_digest text not null,
  policy_name text not null,
  policy_version int not null,
  decide_by timestamptz not null,
  valid_until timestamptz,
  event_id text not null,
  moved_at timestamptz not null,
  primary key (request_id, version)
);
create trigger approval_move_append_only before update or delete or truncate on kernel.approval_move
  for each statement execute function kernel.refuse_change();

-- What people said. The same human says one thing a round, by whichever key or delegation; who challenged may say more once it is resolved.
create table kernel.approval_decision (
  id text primary key,
  request_id text not null references kernel.approval_request (id),
  round int not null,
  -- The human whose judgement counts.
  reviewer_id text not null references kernel.principal (id),
  -- Another than the reviewer where the reviewer has delegated.
  made_by text not null references kernel.principal (id),
  verdict text not null check (verdict in ('APPROVE', 'REJECT', 'CHALLENGE', 'ABSTAIN')),
  content_digest text not null,
  evidence_digest text not null,
  comment text not null,
  event_id text not null,
  decided_at timestamptz not null,
  -- A challenge blocks until somebody has resolved it.
  resolved_by text references kernel.principal (id),
  resolved_at timestamptz,
  resolution text,
  check ((resolved_by is null) = (resolved_at is null)),
  check (resolved_at is null or verdict = 'CHALLENGE')
);
create unique index approval_decision_reviewer on kernel.approval_decision (request_id, round, reviewer_id) where resolved_at is null;
create unique index approval_decision_made_by on kernel.approval_decision (request_id, round, made_by) where resolved_at is null;

create table kernel.approval_delegation (
  id text primary key,
  from_id text not null references kernel.principal (id),
  to_id text not null references kernel.principal (id),
  reason text not null,
  valid_from timestamptz not null,
  valid_to timestamptz not null,
  recorded_at timestamptz not null,
  revoked_at timestamptz,
  check (from_id <> to_id),
  check (valid_to > valid_from)
);
create index approval_delegation_to on kernel.approval_delegation (to_id, valid_to);
create index approval_delegation_from on kernel.approval_delegation (from_id, valid_to);

-- Who may read one dataset although policies would not let them, and until when.
create table kernel.access_grant (
  id text primary key,
  resource_no bigint not null,
  resource_id text not null,
  principal_id text not null references kernel.principal (id),
  request_id text not null unique references kernel.approval_request (id),
  granted_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz
);
create index access_grant_resource on kernel.access_grant (resource_no) where ended_at is null;
create index access_grant_due on kernel.access_grant (expires_at) where ended_at is null;

-- A class that changes by a grant changes for search as well, in the same transaction.
create function kernel.copy_class() returns trigger language plpgsql as $$
begin
  update catalog.search_doc set acl_id = new.acl_id where no = new.no and acl_id <> new.acl_id;
  return null;
end $$;
create trigger resource_class_copied after update of acl_id on kernel.resource
  for each row when (old.acl_id is distinct from new.acl_id) execute function kernel.copy_class();

-- What cannot be changed, the application cannot change either where it is not the owner of the schema.
do $$
declare
  application text := current_setting('cadastre.application_role', true);
begin
  if coalesce(application, '') not in ('', current_user::text) then
    execute format('revoke update, delete, truncate, references, trigger on kernel.evidence, kernel.approval_move from %I', application);
    execute format('revoke insert, update, delete, truncate, references, trigger on kernel.approval_transition from %I', application);
  end if;
end $$;
