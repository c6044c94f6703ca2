"""What the private Podman is told."""

from __future__ import annotations

import sys
import tomllib
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[3]))
from scripts.podman.settings import files


def test_its_programs_are_the_unpacked_ones_and_are_told_where_their_libraries_are() -> None:
    names = ("podman", "conmon", "netavark", "runc", "docker-init")
    programs = {each: Path("/un packed") / each for each in names}
    env = {"PATH": "/bin", "LD_LIBRARY_PATH": '/a "library"', "HOME": "/root"}
    told = files(Path("/data"), programs, env)
    found = tomllib.loads(told["containers.conf"])
    # without them nothing that ended is ever seen as ended: see conmon(8), --exit-command
    assert found["engine"]["conmon_env_vars"] == ["PATH=/bin", 'LD_LIBRARY_PATH=/a "library"']
    assert found["engine"]["conmon_path"] == ["/un packed/conmon"]
    assert found["engine"]["helper_binaries_dir"] == ["/un packed"]
    assert found["engine"]["runtimes"]["runc"] == ["/un packed/runc"]
    assert tomllib.loads(told["storage.conf"])["storage"]["graphroot"] == "/data"
