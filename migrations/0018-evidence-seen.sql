-- When a piece of evidence was last seen to say what its edges say: one row instead of an update of each edge.
create table catalog.evidence_seen (
  evidence_key text primary key,
  seen_at timestamptz not null
);
