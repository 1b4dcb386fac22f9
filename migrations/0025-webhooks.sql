-- Who hears of it: receivers outside, what was sent to them, and what they said.

create table kernel.webhook (
  id text primary key,
  name text not null,
  url text not null,
  -- Topics of the outbox, e.g. registry.stage.bound.v1; a last part * stands for all that begin so.
  topics text[] not null,
  state text not null check (state in ('ACTIVE', 'PAUSED', 'REMOVED')),
  -- Why it was paused by Cadastre itself.
  state_reason text,
  -- Sealed; two are active while one takes over from the other.
  secret text not null,
  secret_before text,
  secret_before_until timestamptz,
  -- Messages from here on are its own.
  since_seq bigint not null,
  version int not null default 1,
  created_by text not null references kernel.principal (id),
  created_at timestamptz not null,
  check (cardinality(topics) between 1 and 50),
  check ((secret_before is null) = (secret_before_until is null))
);
create unique index webhook_name on kernel.webhook (lower(name)) where state <> 'REMOVED';

-- One message for one receiver. The body is frozen when it is first sent, so that every attempt sends the same bytes.
create table kernel.webhook_delivery (
  seq bigint generated always as identity primary key,
  id text not null unique,
  webhook_id text not null references kernel.webhook (id),
  outbox_seq bigint not null,
  event_id text not null,
  topic text not null,
  -- Of a delivery that somebody asked for again.
  replay_of text references kernel.webhook_delivery (id),
  body text,
  state text not null check (state in ('WAITING', 'DELIVERED', 'DEAD')),
  attempts int not null default 0,
  next_at timestamptz,
  created_at timestamptz not null,
  ended_at timestamptz,
  check ((state = 'WAITING') = (next_at is not null)),
  check ((state = 'WAITING') = (ended_at is null))
);
create unique index webhook_delivery_once on kernel.webhook_delivery (webhook_id, outbox_seq) where replay_of is null;
create index webhook_delivery_due on kernel.webhook_delivery (next_at) where state = 'WAITING';
create index webhook_delivery_listed on kernel.webhook_delivery (webhook_id, seq desc);

create table kernel.webhook_attempt (
  delivery_id text not null references kernel.webhook_delivery (id),
  number int not null,
  at timestamptz not null,
  latency_ms int not null,
  -- Null when no answer came.
  status int,
  -- Why not.
  problem text,
  primary key (delivery_id, number)
);

-- Up to which message of the outbox deliveries were made.
insert into kernel.setting (name, value)
  select 'webhooks.seq', coalesce(max(seq), 0)::text from kernel.outbox on conflict do nothing;
