"""Runs the declared journeys as a user would, asks checks, and publishes what it saw.

Open model: arrivals follow the clock, not the answers, and latency counts from the scheduled time,
so a slow system cannot slow its own measurement down. `plan`, `path`, `template`, `expect` and
`schedule` are pure; `checks` are single questions. What may not live here: verdicts; Prometheus's
rules judge the figures.
"""
