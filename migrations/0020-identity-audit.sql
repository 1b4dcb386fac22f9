-- What the audit log calls things by, what it tells of refusals, holds that keep from forgetting, and sessions that a provider ends.

-- Keys of evidence are made of names of jobs, and those may be names of people: the log calls each by an id of its own.
create table catalog.evidence (
  key text primary key,
  id text not null unique
);

-- When a refusal of an action was last told of somebody, so that asking again and again does not fill the log.
create table kernel.refusal_told (
  actor_id text not null,
  action text not null,
  told_at timestamptz not null,
  primary key (actor_id, action)
);

-- What must not be forgotten for the time being.
create table kernel.legal_hold (
  id text primary key,
  -- A person or an asset.
  subject_type text not null check (subject_type in ('User', 'Asset')),
  subject_id text not null,
  reason text not null,
  placed_by text not null references kernel.principal (id),
  placed_at timestamptz not null,
  released_by text references kernel.principal (id),
  released_at timestamptz,
  release_reason text,
  check ((released_at is null) = (released_by is null))
);
create index legal_hold_in_force on kernel.legal_hold (subject_id) where released_at is null;

-- Sessions that a provider ends, by what it calls them.
create index session_provider on kernel.session (issuer, provider_session) where provider_session is not null;

-- Logout tokens that were used; each counts once.
create table kernel.logout_token (
  issuer text not null,
  jti text not null,
  -- Until then it could be sent again.
  expires_at timestamptz not null,
  primary key (issuer, jti)
);
create index logout_token_end on kernel.logout_token (expires_at);
