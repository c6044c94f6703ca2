"""What is asked of the daemon, and what it answers."""

from __future__ import annotations

import ipaddress
import socket
import urllib.parse
from dataclasses import dataclass, field

from seatrial.daemons.containers import figures
from seatrial.daemons.containers.ledger import Seen, step
from seatrial.daemons.containers.machine import Machine, Replica

_MOST = 1000  # addresses that are watched: who asks for more asks for nonsense
_OK, _BAD, _NONE = 200, 400, 404


@dataclass(slots=True)
class Desk:
    """What is watched of a machine: whoever was asked for once."""

    machine: Machine
    seen: dict[str, Seen] = field(default_factory=dict)
    killed: int | None = None

    def look(self) -> None:
        """Look at everything that is watched."""
        now = {each: self.machine.life(one) for each, one in self.machine.look(self.seen).items()}
        killed = self.machine.killed()
        rise = killed - self.killed if self.killed is not None else 0
        self.killed = killed
        known = {each: one for each, one in self.seen.items() if one != Seen()}
        self.seen = step(known, now, rise, lasting=self.machine.lasting)

    def one(self, host: str) -> Replica | None:
        """The replica at an address, watched from now on; None where none runs."""
        if host not in self.seen:
            if len(self.seen) >= _MOST:
                return None
            self.seen[host] = Seen()
            self.look()
        return self.machine.look((host,))[host]

    def answer(self, target: str) -> tuple[int, str]:
        """The status and the text for a request's path and query."""
        url = urllib.parse.urlsplit(target)
        if url.path in {"/livez", "/readyz"}:
            return _OK, "ok\n"
        if url.path == "/metrics":
            return _OK, f"container_exporter_watched {len(self.seen)}\n"
        if url.path != "/container":
            return _NONE, "there are /container, /metrics, /livez and /readyz\n"
        return self._container(urllib.parse.parse_qs(url.query).get("target", [""])[0])

    def _container(self, asked: str) -> tuple[int, str]:
        host = address(asked)
        if not host:
            return _BAD, f"target: an address or a name is wanted, not {asked!r}\n"
        blind = self.machine.blind()
        if blind:
            return _OK, figures.blind(blind)
        one = self.one(host)
        if one is None:
            return _NONE, f"no container with the address {host} runs\n"
        return _OK, figures.page(self.machine, one, self.seen[host])


def address(target: str) -> str:
    """The address that HOST or HOST:PORT means; "" for none."""
    host = target.rpartition(":")[0] or target
    try:
        return str(ipaddress.IPv4Address(host))
    except ValueError:
        pass
    try:
        found = socket.getaddrinfo(host, None, family=socket.AF_INET) if host else []
    except (OSError, UnicodeError):
        return ""
    return str(found[0][4][0]) if found else ""
