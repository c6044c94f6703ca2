"""How long a file of many services takes to load, beside what other YAML readers need for it.

Run `python benchmarks/load_system.py [SERVICES ...]`; prints seconds (best of three) and the
process's peak memory. Nothing is asserted.
"""

import resource
import sys
import time
from collections.abc import Callable

import ruamel.yaml
import yaml

from seatrial.system.load import loads


def written(services: int) -> str:
    """A file of that many services, in chains of ten that need each other and one database."""
    lines = ["seatrial: 1", "system: big", "teams: {team: {}}", "services:"]
    for index in range(services):
        before = f"service-{index - 1}, " if index % 10 else ""
        lines += [
            f"  service-{index}:",
            "    owner: team",
            "    summary: Does something useful for others.",
            "    build: ./service",
            "    run: python -m service --host ${self.address} --port ${self.ports.http}",
            "    ports:",
            "      http: 8000",
            "      admin: 8001",
            f"    needs: [{before}database]",
            "    environment:",
            "      DATABASE_URL: postgresql://${database.user}:${database.password}@db/app",
            "      LOG_LEVEL: info",
            f"      NUMBER: {index}",
            "    metrics: {port: http, path: /metrics}",
            "    health: {ready: /readyz, live: /livez}",
            "    scale: {min: 2, max: 4}",
            "    limits: {memory: 512MiB, cpu: 0.5}",
            "    grace: 30s",
        ]
    lines.append("stores: {database: {engine: postgres, version: 15, owner: team}}")
    return "\n".join(lines)


def best(run: Callable[[], object], rounds: int = 3) -> float:
    """The shortest of some runs, in seconds."""
    times = []
    for _ in range(rounds):
        begin = time.perf_counter()
        run()
        times.append(time.perf_counter() - begin)
    return min(times)


def main() -> None:
    """Print the figures."""
    sizes = [int(word) for word in sys.argv[1:]] or [10, 100, 1000]
    for services in sizes:
        text = written(services)
        loaded = loads(text)
        assert loaded.system is not None, loaded.problems[:3]
        seconds = best(lambda text=text: loads(text))
        print(f"load, {services} services ({len(text) >> 10} KiB): {seconds:.2f} s")
    print(f"peak memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10} MiB")
    others: dict[str, Callable[[], object]] = {
        "libyaml events": lambda: list(yaml.parse(text, Loader=yaml.CLoader)),
        "libyaml compose": lambda: yaml.compose(text, Loader=yaml.CLoader),
        "PyYAML events": lambda: list(yaml.parse(text, Loader=yaml.Loader)),
        "ruamel.yaml events": lambda: list(ruamel.yaml.YAML(typ="safe", pure=True).parse(text)),
        "ruamel.yaml compose": lambda: ruamel.yaml.YAML(typ="safe", pure=True).compose(text),
        "ruamel.yaml round trip": lambda: ruamel.yaml.YAML().load(text),
    }
    for name, run in others.items():
        print(f"{name}: {best(run, 1):.2f} s")


if __name__ == "__main__":
    main()
