CREATE TABLE users (
    id        uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    name      text NOT NULL UNIQUE,
    admin     boolean NOT NULL DEFAULT false,
    created   timestamptz NOT NULL DEFAULT now(),
    last_seen timestamptz NOT NULL DEFAULT '-infinity'
);
INSERT INTO users (name) VALUES ('guest');
INSERT INTO users (name, admin) VALUES ('admin', true);

CREATE TABLE api_keys (
    id      uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    user_id uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    label   text NOT NULL,
    digest  bytea NOT NULL UNIQUE,
    created timestamptz NOT NULL DEFAULT now(),
    revoked timestamptz
);

CREATE TABLE workflows (
    id              uuid PRIMARY KEY,
    owner_id        uuid NOT NULL REFERENCES users ON DELETE CASCADE,
    name            text NOT NULL,
    steps           jsonb NOT NULL,
    idempotency_key text,
    request_digest  bytea NOT NULL,
    created         timestamptz NOT NULL DEFAULT now(),
    UNIQUE (owner_id, idempotency_key)
);
CREATE INDEX workflows_created ON workflows (created);

CREATE TABLE runs (
    id          uuid PRIMARY KEY,
    workflow_id uuid NOT NULL REFERENCES workflows ON DELETE CASCADE,
    state       text NOT NULL DEFAULT 'queued'
                CHECK (state IN ('queued', 'running', 'done', 'failed')),
    queued      timestamptz NOT NULL DEFAULT now(),
    pushed      timestamptz NOT NULL DEFAULT now(),  -- last time it was put into the queue
    started     timestamptz,
    finished    timestamptz,
    error       text,
    deliveries  integer NOT NULL DEFAULT 0,          -- how often a worker began it
    lease       uuid,                                -- the worker's claim while it runs
    lease_until timestamptz
);
CREATE INDEX runs_of_workflow ON runs (workflow_id, queued DESC);
CREATE INDEX runs_recent ON runs (queued DESC);
CREATE INDEX runs_unfinished ON runs (queued) WHERE state IN ('queued', 'running');

CREATE TABLE run_steps (
    run_id   uuid NOT NULL REFERENCES runs ON DELETE CASCADE,
    position integer NOT NULL,
    kind     text NOT NULL,
    attempts integer NOT NULL DEFAULT 0,
    output   text,
    error    text,
    finished timestamptz,
    PRIMARY KEY (run_id, position)
);
