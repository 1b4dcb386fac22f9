-- Witnesses, pruning, and what the application may not do to the log even by its own SQL.

-- C2SP tlog-cosignature: that somebody else has seen the log with this root. The line is the one to add to the checkpoint's note.
create table kernel.log_cosignature (
  epoch int not null,
  size bigint not null,
  -- The witness's key, as name and id.
  witness text not null,
  line text not null,
  recorded_at timestamptz not null,
  primary key (epoch, size, witness),
  foreign key (epoch, size) references kernel.log_checkpoint (epoch, size)
);
create trigger log_cosignature_append_only before update or delete or truncate on kernel.log_cosignature
  for each statement execute function kernel.refuse_change();

-- Answers to repeats are kept for a month.
create index idempotency_time on kernel.idempotency (recorded_at);

-- Where the application is not the owner of the schema, it cannot drop the triggers that keep the log, and has no right to
-- change it either.
do $$
declare
  application text := current_setting('cadastre.application_role', true);
begin
  if coalesce(application, '') not in ('', current_user::text) then
    execute format(
      'revoke update, delete, truncate, references, trigger on kernel.audit_event, kernel.log, kernel.log_entry, kernel.log_checkpoint,
         kernel.log_cosignature from %I', application);
    execute format('revoke delete, truncate, references, trigger on kernel.log_tile from %I', application);
  end if;
end $$;
