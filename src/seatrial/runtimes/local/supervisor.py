"""Supervisord: its configuration as text, and its control socket.

Product syntax of a process manager that only this runtime uses, so that it lives here.
Configuration: supervisord's own reference, sections [supervisord] and [program:x].
"""

import os
import subprocess
import sys
import time
import xmlrpc.client
from collections.abc import Iterable
from dataclasses import dataclass
from http.client import HTTPException
from pathlib import Path
from typing import Any, Self

from supervisor.states import ProcessStates
from supervisor.xmlrpc import SupervisorTransport

from seatrial.contract.output import Workload
from seatrial.contract.runtime import RuntimeFailure
from seatrial.runtimes.local import processes
from seatrial.runtimes.local.home import Home
from seatrial.runtimes.shared.state import replace_text

_LAUNCH = Path(__file__).with_name("launch.py")
MANAGER = Path(__file__).with_name("manager.py")
_GONE = (OSError, HTTPException, xmlrpc.client.ProtocolError)
STARTUP_SECONDS = 15.0
_GRACE = 12.0
_PAUSE = 0.05
# what replicas write to their logs is for the owner's eyes, and for the group of who reads logs
_UMASK = 0o027
_USUAL = "TERM"


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One replica as supervisord holds it: ended by the signal `stop` within `grace` seconds."""

    workload: str
    replica: int
    grace: float
    stop: str

    @classmethod
    def of(cls, one: Workload, replica: int) -> Self:
        """What supervisord is told of a workload's replica."""
        return cls(workload=one.name, replica=replica, grace=one.grace, stop=one.stop)

    @property
    def name(self) -> str:
        """Supervisord's name for it."""
        return f"{self.workload}.{self.replica}"


def configuration(home: Home, programs: Iterable[Program]) -> str:
    """supervisord.conf."""
    lines = [
        "[supervisord]",
        "nodaemon=true",
        "silent=true",
        f"logfile={home.path}/supervisord.log",
        f"pidfile={home.path}/supervisord.pid",
        f"childlogdir={home.logs}",
        f"directory={home.path}",
        "minfds=1024",
        "[unix_http_server]",
        f"file={home.socket}",
        "chmod=0600",
        "[rpcinterface:supervisor]",
        "supervisor.rpcinterface_factory = supervisor.rpcinterface:make_main_rpcinterface",
    ]
    lines += (line for each in programs for line in section(home, each))
    return "\n".join(lines).replace("%", "%%") + "\n"


def section(home: Home, one: Program) -> tuple[str, ...]:
    """The lines of one program; it cannot run on when one of them is another."""
    return (
        f"[program:{one.name}]",
        f"command={sys.executable} -I -S {_LAUNCH} {home.spec(one.workload, one.replica)}",
        "autostart=false",
        "autorestart=true",
        "startsecs=0",
        "startretries=1000000",
        f"stopsignal={one.stop}",
        # who names another signal than all programs know tells its children itself
        f"stopasgroup={'true' if one.stop == _USUAL else 'false'}",
        "killasgroup=true",
        f"stopwaitsecs={max(1, round(one.grace))}",
        f"stdout_logfile={home.logs}/{one.name}.log",
        "stdout_logfile_maxbytes=10MB",
        "stdout_logfile_backups=3",
        "redirect_stderr=true",
    )


class Supervisor:
    """The running supervisord of one system."""

    def __init__(self, home: Home) -> None:
        """Nothing is started yet."""
        self._home = home

    def call(self, method: str, *arguments: Any) -> Any:
        """One call of its XML-RPC interface. Raises RuntimeFailure when it is not there."""
        transport = SupervisorTransport(None, None, f"unix://{self._home.socket}")
        try:
            server = xmlrpc.client.ServerProxy("http://127.0.0.1", transport=transport)
            return getattr(server, method)(*arguments)
        except _GONE as error:
            raise RuntimeFailure(
                "the process manager of this system does not answer",
                "run `seatrial up`, or `seatrial down` to clean up",
            ) from error
        finally:
            transport.close()

    def alive(self) -> bool:
        """Whether it answers."""
        try:
            return bool(self.call("supervisor.getState"))
        except RuntimeFailure:
            return False

    def configure(self, programs: tuple[Program, ...]) -> None:
        """Write what it should hold, and tell it (nothing is started by this)."""
        config = self._home.path / "supervisord.conf"
        replace_text(config, configuration(self._home, programs), mode=0o600)
        if not self.alive():
            return
        ((added, changed, removed),) = self.call("supervisor.reloadConfig")
        for name in (*removed, *changed):
            self.stop(name)
            self.call("supervisor.removeProcessGroup", name)
        for name in (*added, *changed):
            self.call("supervisor.addProcessGroup", name)

    def ensure(self, wrapper: tuple[str, ...]) -> None:
        """Start it unless it is there; it outlives us, our terminal and our kill -9.

        `wrapper` is put before its command line (a private mount namespace).
        """
        if self.alive():
            return
        self._clear()
        self._home.logs.mkdir(parents=True, exist_ok=True)
        log = self._home.path / "supervisord.out"
        environment = {**os.environ, "SEATRIAL_HOME_OF": str(self._home.path)}
        with log.open("ab") as output:
            log.chmod(0o600)
            process = subprocess.Popen(
                (
                    *wrapper,
                    sys.executable,
                    "-W",
                    "ignore",
                    "-P",  # what lies beside it is no package of others
                    str(MANAGER),
                    "-c",
                    str(self._home.path / "supervisord.conf"),
                ),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                cwd="/",
                env=environment,
                umask=_UMASK,  # its own setting is for daemons that fork
            )
        deadline = time.monotonic() + STARTUP_SECONDS
        while not self.alive():
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeFailure(
                    "the process manager did not start",
                    f"read {log}",
                    tuple(log.read_text(errors="replace").splitlines()[-15:]),
                )
            time.sleep(0.05)
        process.returncode = 0  # let go of it: Python would complain that it still runs

    def _clear(self) -> None:
        """End what an earlier one left running when it was killed, and what it held down.

        Else the new replicas would find their ports taken.
        """
        left = processes.end_all(self._home, _GRACE)
        if left:
            names = ", ".join(f"pid {each.pid}" for each in left)
            raise RuntimeFailure(f"still there from an earlier start: {names}", "look with `ps`")
        for path in self._home.holds.glob("*"):
            path.unlink(missing_ok=True)

    def processes(self) -> dict[str, dict[str, Any]]:
        """What it says of each program, by name; empty when it is not there."""
        try:
            return {each["name"]: each for each in self.call("supervisor.getAllProcessInfo")}
        except RuntimeFailure:
            return {}

    def start(self, name: str) -> None:
        """Start a program that does not run; one that is being stopped begins when it has ended."""
        self._stopped(name)
        try:
            self.call("supervisor.startProcess", name, False)  # noqa: FBT003 - its signature
        except xmlrpc.client.Fault as fault:
            if "ALREADY_STARTED" not in fault.faultString:
                raise RuntimeFailure(f"{name} cannot be started: {fault.faultString}") from fault

    def stop(self, name: str) -> None:
        """Stop a program gracefully, and wait for its end."""
        try:
            self.call("supervisor.stopProcess", name, True)  # noqa: FBT003 - its signature
        except xmlrpc.client.Fault as fault:
            if "NOT_RUNNING" not in fault.faultString and "BAD_NAME" not in fault.faultString:
                raise RuntimeFailure(f"{name} cannot be stopped: {fault.faultString}") from fault
            self._stopped(name)

    def _stopped(self, name: str) -> None:
        """Wait while a program is being stopped, as one that was killed meanwhile had asked for.

        Supervisord takes a start for done then, and starts nothing. It kills what outlasts the
        program's grace, so that this ends.
        """
        while self.processes().get(name, {}).get("state") == ProcessStates.STOPPING:
            time.sleep(_PAUSE)
