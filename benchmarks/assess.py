"""How long `seatrial assess` takes, start-up included, from 5 to 1,000 services.

A Compose project as teams write them: every tenth service is a database, others need it, have
ports, variables and mounts. Each face is a process of its own, the quickest of some rounds, since
whatever else the machine does only makes one slower; its CPU seconds stand beside it. `--fix`
shows the difference and writes nothing.
"""

import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from benchmarks.figures import verdict

SIZES = (5, 50, 200, 1000)
FACES: Mapping[str, tuple[str, ...]] = {
    "text": (),
    "json": ("--json",),
    "sarif": ("--sarif",),
    "fix": ("--fix",),
}
ROUNDS = 3
PATIENCE = 120  # seconds
MOST_SECONDS = 2.0


def written(services: int) -> str:
    """A project of that many services."""
    lines = ["services:"]
    for index in range(services):
        store = index % 10 == 9
        lines += [
            f"  service-{index}:",
            "    image: postgres:15.4" if store else f"    build: ./service-{index}",
            "    environment:",
            f"      SERVICE_NAME: service-{index}",
            f"      NEXT_URL: http://service-{(index + 1) % services}:8000/",
            "      API_TOKEN: ${API_TOKEN}",
            f'    ports: ["{10_000 + index}:8000"]',
        ]
        if not store and index // 10 * 10 + 9 < services:
            lines += [f"    depends_on: [service-{index // 10 * 10 + 9}]"]
        if store:
            lines += [f"    volumes: [data-{index}:/var/lib/postgresql/data]"]
    return "\n".join([*lines, ""])


def run() -> dict[str, Any]:
    """Seconds by size and face; the target is that of 200 services."""
    with tempfile.TemporaryDirectory(prefix="seatrial-bench-") as scratch:
        sizes = {}
        for size in SIZES:
            file = Path(scratch) / str(size) / "compose.yaml"
            file.parent.mkdir()
            file.write_text(written(size))
            sizes[str(size)] = {face: _measured(file, words) for face, words in FACES.items()}
    slowest = max(each["seconds"] for each in sizes["200"].values())
    return {
        "sizes": sizes,
        "targets": [verdict("the slowest face, 200 services, s", slowest, MOST_SECONDS)],
    }


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _measured(file: Path, words: tuple[str, ...]) -> dict[str, float]:
    found = []
    for _ in range(ROUNDS):
        begin, cpu = time.perf_counter(), _cpu()
        done = subprocess.run(
            [sys.executable, "-c", "from seatrial.cli.main import entry; entry()", "assess",
             str(file), *words],
            capture_output=True,
            check=False,
            timeout=PATIENCE,
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
        found.append((time.perf_counter() - begin, _cpu() - cpu))
        wanted = 2 if words == FACES["fix"] else 1  # --fix has nobody to ask
        if done.returncode != wanted:
            raise RuntimeError(f"assess ended with {done.returncode}: {done.stderr[-2000:]!r}")
    seconds, cpu = (min(each) for each in zip(*found, strict=True))
    return {"seconds": round(seconds, 2), "cpu_seconds": round(cpu, 2)}


def table(result: Mapping[str, Any]) -> str:
    """The result in Markdown."""
    faces = list(FACES)
    heads = " | ".join(f"{face} s | CPU s" for face in faces)
    lines = [f"| services | {heads} |", "|---:|" + "---:|" * (2 * len(faces))]
    for size, each in result["sizes"].items():
        cells = (f"{each[face]['seconds']:.2f} | {each[face]['cpu_seconds']:.2f}" for face in faces)
        lines.append(f"| {int(size):,} | {' | '.join(cells)} |")
    return "\n".join(lines)
