"""What leads users to one of the regions of a service, from one address.

Keywords: https://docs.haproxy.org/2.6/configuration.html. The text holds `${self...}` for the
runtime.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from seatrial.contract.output import File, Origin, Probe, Volume, Workload
from seatrial.contract.runtime import Headers
from seatrial.engines.haproxy.config import METRICS, READY, STATUS
from seatrial.engines.haproxy.workload import FILE, PORTS

REGIONS = "/regions"  # who takes users, and each region's order and state, as JSON; PUT: the orders
LEADS = "/leads"  # the same for Prometheus
_KEY = "x-seatrial-order"  # the header that shows who gives an order
NOBODY = "-"  # in the place of the region that takes users
_VOLUME = "orders"
ORDERS = f"{_VOLUME}/regions.map"  # outlives the proxy, and is read when it starts
_MAP = f"${{self.dir}}/{ORDERS}"


def shown(secret: str) -> Headers:
    """The headers of whoever gives an order; the runtime fills the secret."""
    return ((_KEY, f"${{secret.{secret}}}"),)


class Order(StrEnum):
    """What people have said of a region."""

    NONE = "none"
    FIRST = "first"  # it takes users while it is ready
    DRAIN = "drain"  # it takes none, whatever becomes of the others


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A replica of the service: where users' requests go, and the port at which it is asked."""

    name: str
    host: str
    port: int
    check: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How a replica is asked whether it can take users: its page; "" for a connection alone."""

    path: str
    tls: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A region as the front sees it.

    `ready` replicas can take users; of `steady` ones that has been so for long enough that users
    are led back to them. `busy`: requests (behind TLS connections) that are under way there.
    """

    order: Order
    ready: int
    steady: int
    busy: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The region that takes users, "" for none, and every region, home first."""

    takes: str
    regions: Mapping[str, Seen]


def told(body: bytes) -> Told:
    """What REGIONS answers. Raises ValueError, KeyError and TypeError for anything else."""
    found = json.loads(body)
    takes = str(found["takes"])
    return Told(
        takes="" if takes == NOBODY else takes,
        regions={
            str(name): Seen(
                order=Order(each["order"]),
                ready=int(each["ready"]),
                steady=int(each["steady"]),
                busy=int(each["busy"]),
            )
            for name, each in found["regions"].items()
        },
    )


def ordered(orders: Mapping[str, Order]) -> str:
    """The path of the request that gives these orders, one for each region."""
    words = "&".join(f"{region}={order.value}" for region, order in orders.items())
    return f"{REGIONS}?{words}"


def kept(orders: Mapping[str, Order]) -> str:
    """The text of ORDERS, as a map of HAProxy."""
    return "".join(f"{region} {order.value}\n" for region, order in orders.items())


def text(
    port: str,
    regions: Mapping[str, Sequence[Server]],
    asked: Asked,
    *,
    tls: bool,
    stable: int,
    asks: bool = True,
) -> str:
    """The file `haproxy.cfg`; `port` is the name of the workload's port that users know.

    `regions`, home first, are those with their replicas. Each request is led by itself: to a region
    that is ready and ordered to be FIRST, else to the first that has been ready for `stable`
    seconds, else to the first that is ready at all; never to one that is drained. What is under way
    goes on where it is. Behind `tls` nothing is read of what passes, and connections are led
    instead. Not to ask (`asks`) is a defect to plant. Raises ValueError without regions.
    """
    if not regions or not all(regions.values()):
        raise ValueError("HAProxy has nobody to lead to")
    mode = "tcp" if tls else "http"
    led = _led(tuple(regions), "tcp-request content" if tls else "http-request")
    check = _check(asked) if asks else ""
    common = f"    mode {mode}\n{check}    default-server inter 1s fall 2"
    ready, steady = f"{common} fastinter 500ms rise 2\n", f"{common} rise {stable}\n"
    return f"""\
global
    maxconn 2000

defaults
    timeout connect 2s
    timeout check 2s
    timeout client 60s
    timeout server 60s
    timeout http-request 10s
    timeout http-keep-alive 60s
    timeout tunnel 1h
    retries 1
    option redispatch

frontend users
    mode {mode}
    bind ${{self.address}}:${{self.ports.{port}}}
{"" if tls else "    option forwardfor" + chr(10)}{led}\
    use_backend region-%[var(txn.region)]
    default_backend nobody

backend nobody
    mode {mode}

{_backends("region", regions, ready, asks=asks)}\
# Nobody is led there: they only tell for how long a region has been ready.
{_backends("steady", regions, steady, asks=asks)}\
{_status(tuple(regions))}"""


def _led(regions: Sequence[str], rule: str) -> str:
    """Lines that find the region for a request: the first of them that holds."""
    lines = [
        line
        for each in regions
        for line in (
            f"acl {each}_ready nbsrv(region-{each}) ge 1",
            f"acl {each}_steady nbsrv(steady-{each}) ge 1",
            f"acl {each}_first str({each}),map({_MAP},{Order.NONE}) -m str {Order.FIRST}",
            f"acl {each}_drained str({each}),map({_MAP},{Order.NONE}) -m str {Order.DRAIN}",
        )
    ]
    lines.append("acl led var(txn.region) -m found")
    for condition in (
        "{0}_first {0}_ready",
        "!{0}_drained {0}_ready {0}_steady",
        "!{0}_drained {0}_ready",
    ):
        lines += [
            f"{rule} set-var(txn.region) str({each}) if !led {condition.format(each)}"
            for each in regions
        ]
    lines.append(f"{rule} set-var(txn.region) str({NOBODY}) if !led")
    return "".join(f"    {each}\n" for each in lines)


def _check(asked: Asked) -> str:
    """Without `linger` the page's rest is refused, and many a server writes an error for that."""
    page = (
        "option httpchk",
        "http-check connect default linger",
        f"http-check send meth GET uri {_literal(asked.path)}",
        "http-check expect status 200",
    )
    found = [*(page if asked.path else ())]
    found += ["default-server check-ssl verify none"] if asked.tls else []
    return "".join(f"    {each}\n" for each in found)


def _backends(kind: str, regions: Mapping[str, Sequence[Server]], lines: str, *, asks: bool) -> str:
    return "".join(
        f"backend {kind}-{region}\n{lines}"
        + "".join(
            f"    server {each.name} {each.host}:{each.port}"
            f"{f' check port {each.check}' if asks else ''}\n"
            for each in servers
        )
        + "\n"
        for region, servers in regions.items()
    )


def _status(regions: Sequence[str]) -> str:
    """What programs ask: who takes users, the orders, the figures. Orders need the key."""
    order, words = f"map({_MAP},{Order.NONE})", " ".join(Order)
    given = "".join(
        f"    http-request set-map({_MAP}) {each} %[url_param({each})]"
        f" if asked METH_PUT {{ url_param({each}) -m str {words} }}\n"
        for each in regions
    )
    state = ",".join(
        f'"{each}":{{"order":"%[str({each}),{order}]","ready":%[nbsrv(region-{each})],'
        f'"steady":%[nbsrv(steady-{each})],"busy":%[be_conn(region-{each})]}}'
        for each in regions
    )
    state = f'{{"takes":"%[var(txn.region)]","regions":{{{state}}}}}'
    figures = 'front_leads{at="%[var(txn.region)]"} 1\n' + "".join(
        f'front_ready_replicas{{at="{each}"}} %[nbsrv(region-{each})]\n' for each in regions
    )
    none = " ".join(f"{{ nbsrv(region-{each}) lt 1 }}" for each in regions)
    answer = "http-request return status 200 content-type"
    return f"""\
frontend {STATUS}
    mode http
    bind ${{self.address}}:${{self.ports.{STATUS}}}
    timeout client 10s
    monitor-uri {READY}
    monitor fail if {none}
    http-request use-service prometheus-exporter if {{ path {METRICS} }}
    acl asked path {REGIONS}
    http-request set-var(txn.key) env(ORDER_KEY)
    http-request deny if asked !METH_GET !{{ req.hdr({_KEY}),strcmp(txn.key) eq 0 }}
{given}{_led(regions, "http-request")}\
    {answer} application/json lf-string {_quoted(state)} if asked
    {answer} "text/plain; version=0.0.4" lf-string {_quoted(figures)} if {{ path {LEADS} }}
    http-request return status 404
"""


def _literal(words: str) -> str:
    """A text as one word of the file, in which nothing stands for anything else."""
    told = words.replace("'", "'\\''")
    return f"'{told}'"


def _quoted(words: str) -> str:
    """A text as one word of the file."""
    told = words.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{told}"'


def workload(
    name: str,
    config: str,
    *,
    port: tuple[str, int],
    secret: str,
    after: Sequence[str],
    region: str,
    owner: str,
) -> Workload:
    """The front with its file; `port` is the name and the number of the one that users know.

    `secret` is what who gives an order must show. Changed replicas need a restart.
    """
    named, number = port
    return Workload(
        name=name,
        origin=Origin.ENGINE,
        engine="haproxy",
        argv=("haproxy", "-db", "-f", f"${{self.dir}}/{FILE}"),
        prepare=(("touch", f"${{self.dir}}/{ORDERS}"),),
        env={"ORDER_KEY": f"${{secret.{secret}}}"},
        secrets=(secret,),
        files=(File(path=FILE, text=config, why="which region takes users, and who is asked"),),
        volumes=(Volume(name=_VOLUME, path=_VOLUME),),
        ports={named: number, STATUS: PORTS[STATUS]},
        ready=Probe(port=STATUS, path=READY, deadline=60),
        after=tuple(after),
        region=region,
        owner=owner,
        why="leads users to a region that can take them",
    )
