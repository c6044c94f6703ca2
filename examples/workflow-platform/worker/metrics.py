"""What the worker counts and measures."""

import math

from prometheus_client import Counter, Gauge

RUNS = Counter("workflow_runs", "Workflow runs that finished.", ["outcome"])
# Present from the start, so that the first failure is an increase and not a new series.
for _outcome in ("ok", "failed"):
    RUNS.labels(_outcome)

RETRIES = Counter("workflow_step_retries", "Attempts of a step beyond its first.")
RUNNING = Gauge("workflow_runs_running", "Runs this worker executes now.")
# Each worker reports the same figure, of the whole queue: use max(), not sum().
QUEUE_AGE = Gauge("queue_oldest_age_seconds", "Age of the oldest run that no worker has begun.")
# Unknown until somebody has looked: a worker that still waits to migrate would show an empty queue.
QUEUE_AGE.set(math.nan)
