"""Starts one replica: run by supervisord as `python -I -S launch.py SPEC`.

Standard library only, and little of it: this runs once for each replica. It waits while the
replica is held down, joins its cgroups, gives up its privileges and becomes the program. What
reads the machine's own messages is given the kernel's file, open, and the groups of the others.
"""

import json
import os
import resource
import sys
import time


def main() -> None:
    """Become the program that the spec names."""
    with open(sys.argv[1], encoding="utf-8") as file:  # noqa: PTH123 - pathlib costs 20 ms here
        spec = json.load(file)
    while os.path.exists(spec["held"]):  # noqa: PTH110 - as above
        time.sleep(0.05)
    for group in spec["cgroups"]:
        with open(os.path.join(group, "cgroup.procs"), "w", encoding="ascii") as file:  # noqa: PTH118, PTH123
            file.write("0")
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    # supervisord gives a pipe that it never closes. A backend of PostgreSQL whose postmaster was
    # killed while it waited for a standby reads what it takes for a terminal: from this it learns
    # that nobody is there, and ends; else it holds the memory without which no other can start.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.umask(0o027)
    os.chdir(spec["cwd"])
    if spec.get("kernel") and os.path.exists("/dev/kmsg"):  # noqa: PTH110 - as above
        ring = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)  # only root may
        os.set_inheritable(ring, True)  # noqa: FBT003 - the system's own form
        spec["env"]["SEATRIAL_KERNEL"] = str(ring)
    if spec["uid"] is not None:
        for stream in (1, 2):
            os.fchown(stream, spec["uid"], spec["uid"])  # else /dev/stdout cannot be opened
        os.setgroups(spec.get("groups", []))
        os.setgid(spec["uid"])
        os.setuid(spec["uid"])
    os.execve(spec["argv"][0], spec["argv"], spec["env"])  # noqa: S606 - no shell is the point


main()
