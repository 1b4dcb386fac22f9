-- Writing an event takes one round trip; what a piece of evidence said and no longer says is found.

-- Appends one event, its place in the queue of the log, its detail and its message to others. The text comes in three parts, between which
-- stand the digest of the event before and the version, twice: what is known only to who holds the head of the thing.
create function kernel.append_event(
  id text, recorded_at timestamptz, action text, actor_id text, subject_type text, subject_id text, aggregate_id text, outcome text,
  correlation_id text, head text, middle text, tail text, salt bytea, detail text, payload text,
  out version int, out digest text, out token bigint
) language plpgsql as $$
declare
  previous text;
  is_first boolean;
  body text;
  event_seq bigint;
begin
  loop
    select a.version + 1, a.event_digest into version, previous from kernel.aggregate a where a.id = aggregate_id for update;
    is_first := not found;
    if is_first then
      version := 1;
      previous := null;
    end if;
    body := head || coalesce('"' || previous || '"', 'null') || ',"version":' || version || middle || version || tail;
    digest := 'sha256:' || encode(sha256(convert_to(body, 'UTF8')), 'hex');
    if is_first then
      insert into kernel.aggregate values (aggregate_id, version, digest) on conflict do nothing;
    else
      update kernel.aggregate a set version = append_event.version, event_digest = append_event.digest where a.id = aggregate_id;
    end if;
    -- Somebody else may have made the head in between; then it is there now.
    exit when found;
  end loop;
  insert into kernel.audit_event (id, recorded_at, action, actor_id, subject_type, subject_id, aggregate_id, aggregate_version, outcome,
      correlation_id, digest, body)
    values (id, recorded_at, action, actor_id, subject_type, subject_id, aggregate_id, version, outcome, correlation_id, digest, body)
    returning seq into event_seq;
  insert into kernel.audit_pending values (event_seq);
  if salt is not null then
    insert into kernel.audit_detail values (id, salt, detail);
  end if;
  insert into kernel.outbox (topic, aggregate_id, aggregate_version, event_id, payload, recorded_at)
    values (action, aggregate_id, version, id, payload, recorded_at)
    returning seq into token;
end $$;

-- Only of edges that ended: those in force have an index by evidence, and making one costs nothing more.
create index lineage_edge_ended on catalog.lineage_edge (evidence_key, recorded_to) where recorded_to < 'infinity';
