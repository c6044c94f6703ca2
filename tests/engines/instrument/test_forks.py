"""Children that end by os._exit, as those of multiprocessing do: no atexit runs in them."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from typing import Any

from collecting import Collector

JOBS = 3

AHEAD = """
import logging, multiprocessing, os, sys
import seatrial_instrument as s
s.configure("shop")
telemetry = s.Telemetry.from_environment("shop")
def job(number):
    with s.process(telemetry, "runs", {}, system="redis"):
        logging.info("job %s", number)
"""
# a child may also be the first to ask for any of it
INSIDE = """
import multiprocessing, os, sys
def job(number):
    import logging
    import seatrial_instrument as s
    s.configure("shop")
    telemetry = s.Telemetry.from_environment("shop")
    with telemetry.span("work"):
        logging.info("job %s", number)
"""
CHILDREN = """
fork = multiprocessing.get_context("fork")
children = [fork.Process(target=job, args=(number,)) for number in range(3)]
for each in children:
    each.start()
for each in children:
    each.join()
"""
FORKS = """
for number in range(3):
    if os.fork() == 0:
        job(number)
        os._exit(0)
    os.wait()
"""


def run(code: str, url: str, **more: str) -> list[Mapping[str, Any]]:
    """The lines that a program wrote, and its children."""
    variables = {"OTEL_EXPORTER_OTLP_ENDPOINT": url, "OTEL_BSP_SCHEDULE_DELAY": "60000", **more}
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, "")
    return [json.loads(line) for line in done.stdout.splitlines()]


def messages(lines: list[Mapping[str, Any]]) -> list[str]:
    return sorted(each["message"] for each in lines)


EACH = [f"job {number}" for number in range(JOBS)]


def test_children_of_multiprocessing_lose_no_span_and_no_line(collector: Collector) -> None:
    lines = run(AHEAD + CHILDREN, collector.url)
    assert messages(lines) == EACH
    assert len(collector.spans()) == JOBS
    assert {each["span_id"] for each in lines} == {each["spanId"] for each in collector.spans()}


def test_so_do_those_that_begin_to_tell_only_there(collector: Collector) -> None:
    assert messages(run(INSIDE + CHILDREN, collector.url)) == EACH
    assert len(collector.spans()) == JOBS


def test_a_child_that_is_forked_for_one_job_loses_nothing_by_its_abrupt_end(
    collector: Collector,
) -> None:
    assert messages(run(AHEAD + FORKS, collector.url)) == EACH
    assert len(collector.spans()) == JOBS


def test_only_the_first_job_of_a_child_waits_for_the_collector(collector: Collector) -> None:
    many = (
        AHEAD + "if os.fork() == 0:\n    [job(n) for n in range(50)]\n    os._exit(0)\nos.wait()\n"
    )
    assert len(messages(run(many, collector.url))) == 50
    assert len(collector.bodies) == len(collector.spans()) == 1


def test_a_child_does_not_wait_longer_than_it_may_for_a_dead_collector() -> None:
    began = time.monotonic()
    lines = run(AHEAD + CHILDREN, "http://127.0.0.1:1")
    told = messages([each for each in lines if each["level"] == "info"])
    assert told == EACH
    assert time.monotonic() - began < 60  # bounds a hang, measures nothing
