-- Sign-in through an identity provider, sessions, and what is known of the use of keys.

-- Roles that groups of the identity provider give; they come on top of those that people gave, and go with the groups.
alter table kernel.principal add column group_roles text[] not null default '{}'
  check (group_roles <@ array['admin', 'steward', 'analyst', 'bot']);

-- Written at most once a minute.
alter table kernel.access_key add column last_used_at timestamptz;

-- Whom a provider means by its subject.
create table kernel.external_identity (
  issuer text not null,
  subject text not null,
  principal_id text not null references kernel.principal (id),
  recorded_at timestamptz not null,
  -- When the provider said what groups they are in. An older token does not bring old groups back.
  groups_at timestamptz,
  primary key (issuer, subject)
);
create index external_identity_principal on kernel.external_identity (principal_id);

create table kernel.session (
  id text primary key,
  principal_id text not null references kernel.principal (id),
  hmac bytea not null unique,
  -- The session at the provider, where it names one.
  issuer text not null,
  provider_session text,
  recorded_at timestamptz not null,
  expires_at timestamptz not null,
  revoked_at timestamptz
);
create index session_principal on kernel.session (principal_id);
