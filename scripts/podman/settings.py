"""The files of /etc/containers. Pure.

Formats: containers.conf(5), containers-storage.conf(5), containers-policy.json(5).
"""

import json
from collections.abc import Mapping
from pathlib import Path

SOCKET = "/run/podman/podman.sock"
# what the programs that Podman leaves behind (conmon, and what that calls) must be told
_HANDED_ON = ("PATH", "LD_LIBRARY_PATH", "XTABLES_LIBDIR")


def files(data: Path, programs: Mapping[str, Path], env: Mapping[str, str]) -> dict[str, str]:
    """Each file's name and text; `data` is where images are, `env` what the programs need."""
    handed_on = [f"{name}={env[name]}" for name in _HANDED_ON if name in env]
    quoted = json.dumps  # of a string or a list of them, the same in TOML
    containers = f"""\
[containers]
# more needs a capability that root of a virtual machine may lack
default_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]
log_driver = "k8s-file"

[engine]
# no systemd is asked: on a test machine it may not be there
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
conmon_path = {quoted([str(programs["conmon"])])}
conmon_env_vars = {quoted(handed_on)}
helper_binaries_dir = {quoted([str(programs["netavark"].parent)])}
init_path = {quoted(str(programs["docker-init"]))}

[engine.runtimes]
runc = {quoted([str(programs["runc"])])}

[network]
network_backend = "netavark"
"""
    storage = f"""\
[storage]
driver = "overlay"
graphroot = {quoted(str(data))}
runroot = "/run/containers/storage"
"""
    return {
        "containers.conf": containers,
        "storage.conf": storage,
        "policy.json": '{"default": [{"type": "insecureAcceptAnything"}]}\n',
    }
