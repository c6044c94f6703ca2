-- Where in which trace a run was asked for (W3C traceparent), for the worker that executes it, also
-- when the queue has forgotten its message.
ALTER TABLE runs ADD COLUMN traceparent text;
