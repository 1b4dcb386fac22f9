-- For audit trails that are narrowed to what followed from one action, to a time, or to what did not succeed.
create index audit_event_correlation on kernel.audit_event (correlation_id, seq desc);
create index audit_event_time on kernel.audit_event (recorded_at, seq);
create index audit_event_trouble on kernel.audit_event (outcome, seq desc) where outcome <> 'success';
