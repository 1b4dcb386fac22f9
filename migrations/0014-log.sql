-- The verifiable log: every audit event is a leaf of an RFC 6962 Merkle tree, in tiles and checkpoints as C2SP has them.

-- A log that cannot go on, because what was published of it is ahead of a restored database, is followed by another one.
create table kernel.log (
  epoch int primary key,
  origin text not null unique,
  -- The published checkpoint behind which the database was restored; null for the first log.
  preceded_by text,
  recorded_at timestamptz not null
);

-- Events that are not in the log yet: read by presence, so that none is skipped whose transaction commits late.
create table kernel.audit_pending (
  event_seq bigint primary key
);
insert into kernel.audit_pending (event_seq) select seq from kernel.audit_event;

create table kernel.log_entry (
  epoch int not null references kernel.log (epoch),
  leaf_index bigint not null,
  event_seq bigint not null,
  leaf bytea not null,
  primary key (epoch, leaf_index)
);
create unique index log_entry_event on kernel.log_entry (event_seq);

-- Hashes side by side, at most 256; they are only ever added to.
create table kernel.log_tile (
  epoch int not null references kernel.log (epoch),
  level smallint not null,
  index bigint not null,
  data bytea not null check (length(data) between 32 and 8192 and length(data) % 32 = 0),
  primary key (epoch, level, index)
);
alter table kernel.log_tile alter column data set storage external;

create table kernel.log_checkpoint (
  epoch int not null references kernel.log (epoch),
  size bigint not null,
  root bytea not null,
  -- The signed note.
  note text not null,
  recorded_at timestamptz not null,
  primary key (epoch, size)
);

create trigger log_append_only before update or delete or truncate on kernel.log
  for each statement execute function kernel.refuse_change();
create trigger log_entry_append_only before update or delete or truncate on kernel.log_entry
  for each statement execute function kernel.refuse_change();
create trigger log_checkpoint_append_only before update or delete or truncate on kernel.log_checkpoint
  for each statement execute function kernel.refuse_change();
create trigger log_tile_kept before delete or truncate on kernel.log_tile
  for each statement execute function kernel.refuse_change();
