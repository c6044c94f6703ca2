"""HAProxy in front of a cluster: whoever connects comes to the primary.

Who that is each member's REST tells: https://patroni.readthedocs.io/en/latest/rest_api.html.
Keywords: https://docs.haproxy.org/2.6/configuration.html. The text holds `${self...}` for the
runtime.
"""

from collections.abc import Sequence
from dataclasses import dataclass

STATUS = "status"
STREAM = "stream"
READY = "/ready"
METRICS = "/metrics"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """A server of the cluster: where it takes connections, and the port of its REST.

    `far`: it is in another region, and is led to where no one here is the primary.
    """

    name: str
    host: str
    port: int
    rest: int
    far: bool = False


def text(port: str, members: Sequence[Member], *, connections: int = 1000) -> str:
    """The file `haproxy.cfg`; `port` is the name of the workload's port that leads to the primary.

    Sessions to a member that is no longer the primary are ended: what they send would be refused
    at best, and never answered where it hangs. Until its first check, in its first second, HAProxy
    takes each member for good: who connects then may come to a standby, which refuses writes.
    `/ready` answers 200 while there is a primary, else 503. Where members are far, the port STREAM
    leads to a primary here alone: a copy of the store in another region follows it there, and never
    itself. Raises ValueError without members.
    """
    if not members:
        raise ValueError("HAProxy has nobody to lead to")
    near = [each for each in members if not each.far]
    stream = f"{_listen(STREAM, STREAM, near)}\n" if len(near) < len(members) else ""
    return f"""\
global
    maxconn {connections}

defaults
    mode tcp
    timeout connect 2s
    timeout check 2s
    # Connections of a pool are silent for hours; their ends are for the two sides to tell.
    timeout client 24h
    timeout server 24h
    option clitcpka
    option srvtcpka

{_listen("primary", port, members, ends=" on-marked-down shutdown-sessions")}
{stream}frontend {STATUS}
    mode http
    bind ${{self.address}}:${{self.ports.{STATUS}}}
    timeout client 10s
    monitor-uri {READY}
    monitor fail if {{ nbsrv(primary) lt 1 }}
    http-request use-service prometheus-exporter if {{ path {METRICS} }}
    http-request return status 404
"""


def _listen(name: str, port: str, members: Sequence[Member], ends: str = "") -> str:
    """`ends`: what becomes of sessions to who is no longer the primary.

    A copy's session goes on: a primary that is being stopped still sends what it has. One answer
    that a member is the primary is enough, since its cluster has agreed on that before.
    """
    servers = "".join(
        f"    server {each.name} {each.host}:{each.port} check port {each.rest}"
        f"{' backup' if each.far else ''}\n"
        for each in sorted(members, key=lambda each: (each.far, each.name))
    )
    return f"""\
listen {name}
    bind ${{self.address}}:${{self.ports.{port}}}
    option httpchk OPTIONS /primary
    http-check expect status 200
    default-server inter 1s fastinter 500ms downinter 500ms fall 2 rise 1{ends}
{servers}"""
