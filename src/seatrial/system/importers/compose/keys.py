"""Every key of the Compose specification, once, and what becomes of it in `seatrial.yaml`.

https://github.com/compose-spec/compose-spec/blob/main/spec.md, with the keys of the older formats.
The ledger's lines and the table of docs/importing.md both come from here. `*` stands for any name
and any index; a key is judged by its longest row, and what lies below a row without rows of its
own shares its fate.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from itertools import chain

from seatrial.system.importers.sketch import Fidelity


@dataclass(frozen=True, slots=True, kw_only=True)
class Fate:
    """What becomes of a key, and what the user can do."""

    fidelity: Fidelity
    summary: str
    cure: str = ""


def _kept(summary: str) -> Fate:
    return Fate(fidelity=Fidelity.IMPORTED, summary=summary)


def _near(summary: str, cure: str) -> Fate:
    return Fate(fidelity=Fidelity.APPROXIMATED, summary=summary, cure=cure)


def _left(summary: str, cure: str = "") -> Fate:
    return Fate(fidelity=Fidelity.DROPPED, summary=summary, cure=cure)


_STAYS = "keep it in the compose file: beside it, the container stays as it is"
_ENGINE = _left("how the engine runs the container is not described", _STAYS)
_REVIEWED = _left("a matter of review, not described in seatrial.yaml", _STAYS)
_NETWORK = _left("which network it is on is not described; needs say who calls whom", _STAYS)
_MOUNT = _left("what is mounted is not described", _STAYS)
_START = _left("when and how it is started is the engine's", _STAYS)
_LIMITS = _kept("becomes limits")
_BUILDING = _left("how the image is built stays with its Dockerfile", _STAYS)
_CHECKING = _left("how often is asked follows from what is promised")
_ROLLOUT = _left("how it is rolled out is not described", _STAYS)
_SAID = "read where the health check asks for a page, else not described"

_OF_BUILDING = """
additional_contexts args cache_from cache_to dockerfile dockerfile_inline entitlements extra_hosts
isolation labels network no_cache platforms privileged provenance pull sbom secrets shm_size ssh
tags target ulimits
"""
_OF_CHECKING = "interval timeout retries start_period start_interval"
_OF_THE_ENGINE = """
annotations attach blkio_config cgroup cgroup_parent cpu_count cpu_percent cpu_rt_period
cpu_rt_runtime cpu_shares cpuset credential_spec device_cgroup_rules devices driver_opts gpus
group_add init ipc isolation label_file mem_swappiness memswap_limit oom_kill_disable oom_score_adj
platform runtime shm_size stdin_open stop_signal storage_opt sysctls tty ulimits use_api_socket
userns_mode uts working_dir
"""

TOP: Mapping[str, Fate] = {
    "version": _left("obsolete, and Compose ignores it, too", "delete it"),
    "name": _kept("becomes the system's name"),
    "include": _kept("the files are read as part of this one"),
    "services": _kept("become services and stores"),
    "networks": _NETWORK,
    "volumes": _MOUNT,
    "configs": _left("contents of files are not described", _STAYS),
    "secrets": _near("known by name, never copied", "give each to seatrial's own secret store"),
    "models": _left("models are not described", _STAYS),
}

SERVICE: Mapping[str, Fate] = {
    "image": _kept("becomes image, or the store's engine and version"),
    "build": _kept("becomes build"),
    "build.context": _kept("becomes build"),
    "command": _near("becomes run where the image is built here", "check run: paths differ there"),
    "entrypoint": _near("becomes the beginning of run", "check run: paths differ there"),
    "ports": _kept("becomes ports"),
    "ports.*": _kept("becomes a port; published, it is exposed"),
    "expose": _kept("becomes ports"),
    "expose.*": _kept("becomes a port"),
    "environment": _kept("becomes environment"),
    "environment.*": _kept("becomes a variable"),
    "env_file": _kept("its variables become environment"),
    "env_file.*": _kept("its variables become environment"),
    "depends_on": _kept("becomes needs"),
    "depends_on.*": _kept("becomes a need"),
    "depends_on.*.condition": _near(
        "a need is started before, and ready", "see that the needed one has a health check"
    ),
    "depends_on.*.restart": _START,
    "depends_on.*.required": _START,
    "links": _kept("becomes needs"),
    "links.*": _kept("becomes a need"),
    "external_links": _left("containers of another project are not described", "add externals"),
    "healthcheck": _near("becomes health where it asks for a page", "check health.ready"),
    "healthcheck.test": _near(_SAID, "write health: {ready: /path} where it has such a page"),
    "healthcheck.disable": _left("no check is imported", "write health: {ready: /path}"),
    "scale": _kept("becomes scale"),
    "deploy": _kept("read for scale and limits"),
    "deploy.replicas": _kept("becomes scale"),
    "deploy.resources": _kept("read for limits"),
    "deploy.resources.limits": _LIMITS,
    "deploy.resources.limits.memory": _LIMITS,
    "deploy.resources.limits.cpus": _LIMITS,
    "deploy.resources.limits.pids": _REVIEWED,
    "deploy.resources.reservations": _REVIEWED,
    "deploy.restart_policy": _REVIEWED,
    "deploy.update_config": _ROLLOUT,
    "deploy.rollback_config": _ROLLOUT,
    "deploy.labels": _left("labels of the service are for others", _STAYS),
    "deploy.mode": _near("one replica a node is not described", "write scale"),
    "deploy.endpoint_mode": _NETWORK,
    "deploy.placement": _left("where it may run is not described", _STAYS),
    "mem_limit": _LIMITS,
    "cpus": _LIMITS,
    "cpu_quota": _near("becomes limits.cpu", "check the figure"),
    "cpu_period": _near("read with cpu_quota", "check limits.cpu"),
    "stop_grace_period": _kept("becomes grace"),
    "labels": _kept("read for metrics"),
    "labels.*": _left("labels are for others", _STAYS),
    "labels.prometheus.io/*": _kept("becomes metrics"),
    "container_name": _left("the service's own name is used", _STAYS),
    "hostname": _left("the service's own name is used", _STAYS),
    "domainname": _NETWORK,
    "profiles": _near(
        "taken in as if every profile were on", "delete what is no part of production"
    ),
    "extends": _kept("what it extends is read as part of it"),
    "networks": _NETWORK,
    "network_mode": _NETWORK,
    "net": _NETWORK,
    "aliases": _NETWORK,
    "mac_address": _NETWORK,
    "dns": _NETWORK,
    "dns_opt": _NETWORK,
    "dns_search": _NETWORK,
    "extra_hosts": _left("names of hosts are not described", "add externals for what it calls"),
    "volumes": _MOUNT,
    "volumes.*": _MOUNT,
    "volumes_from": _MOUNT,
    "volume_driver": _MOUNT,
    "tmpfs": _MOUNT,
    "configs": _MOUNT,
    "secrets": _near("known by name, never copied", "give each to seatrial's own secret store"),
    "restart": _REVIEWED,
    "logging": _REVIEWED,
    "log_driver": _REVIEWED,
    "log_opt": _REVIEWED,
    "user": _REVIEWED,
    "privileged": _REVIEWED,
    "cap_add": _REVIEWED,
    "cap_drop": _REVIEWED,
    "security_opt": _REVIEWED,
    "read_only": _REVIEWED,
    "pid": _REVIEWED,
    "pids_limit": _REVIEWED,
    "mem_reservation": _REVIEWED,
    **dict.fromkeys((f"build.{each}" for each in _OF_BUILDING.split()), _BUILDING),
    **dict.fromkeys((f"healthcheck.{each}" for each in _OF_CHECKING.split()), _CHECKING),
    **dict.fromkeys(_OF_THE_ENGINE.split(), _ENGINE),
    **dict.fromkeys(["pull_policy", "pull_refresh_after", "post_start", "pre_stop"], _START),
    "dockerfile": _BUILDING,
    "develop": _left("watching sources is for development", _STAYS),
    "models": _left("models are not described", _STAYS),
    "provider": _left("what a provider runs is not described", "add it under externals"),
}


_Row = tuple[tuple[str, ...], Fate]


@cache
def _rows(below: str) -> Mapping[str, tuple[_Row, ...]]:
    """The rows by their first step, which is never `*`: a file asks for thousands of keys."""
    found: dict[str, tuple[_Row, ...]] = {}
    for key, each in (SERVICE if below == "service" else TOP).items():
        steps = _steps(key)
        found[steps[0]] = (*found.get(steps[0], ()), (steps, each))
    return found


def _steps(key: str) -> tuple[str, ...]:
    return ("labels", "prometheus.io/*") if key == "labels.prometheus.io/*" else (*key.split("."),)


def _matches(pattern: str, step: str) -> bool:
    return pattern in {"*", step} or (pattern.endswith("/*") and step.startswith(pattern[:-1]))


def fate(steps: tuple[str, ...], table: str = "service") -> tuple[Fate | None, bool]:
    """What becomes of a key below a service (or of the file), and whether rows go on below it."""
    best: Fate | None = None
    best_rank = (-1, False)
    deeper = False
    for pattern, each in _rows(table).get(steps[0], ()):
        shared = min(len(pattern), len(steps))
        if not all(_matches(a, b) for a, b in zip(pattern[:shared], steps[:shared], strict=True)):
            continue
        if len(pattern) > len(steps):
            deeper = True
        elif len(pattern) == len(steps):
            rank = (shared, pattern[-1] != "*")
            if rank > best_rank:
                best, best_rank = each, rank
    return best, deeper


def known(steps: tuple[str, ...], table: str = "service") -> tuple[str, ...]:
    """The keys that have a row directly below those."""
    return tuple(
        dict.fromkeys(
            pattern[len(steps)]
            for pattern, _ in chain.from_iterable(_rows(table).values())
            if len(pattern) > len(steps)
            and pattern[len(steps)] != "*"
            and all(_matches(a, b) for a, b in zip(pattern, steps, strict=False))
        )
    )
