-- What is due of each receiver, in the order in which it is sent.
create index webhook_delivery_waiting on kernel.webhook_delivery (webhook_id, next_at, seq) where state = 'WAITING';
-- What ended long ago is forgotten, and what is sent again before what it repeats.
create index webhook_delivery_ended on kernel.webhook_delivery (ended_at, seq) where state <> 'WAITING';
create index webhook_delivery_repeats on kernel.webhook_delivery (replay_of) where replay_of is not null;
