"""A member's configuration file: https://patroni.readthedocs.io/en/latest/yaml_configuration.html.

The text holds `${self...}` and `${secret...}` for the runtime. It is the same for each replica.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from seatrial.contract.placement import Endpoint
from seatrial.engines.documents import to_yaml
from seatrial.engines.tuning import NETWORKS, SETTINGS, USER
from seatrial.engines.tuning import PORTS as POSTGRES

REST = "rest"
ORDERS = "seatrial"  # who changes a cluster by its REST
FENCE = "fence.sh"
PORTS = {**POSTGRES, REST: 8008}
REPLICATION = "replicator"
# Seconds: how long a primary may go on unconfirmed, how often each member looks, how long it tries.
# The lease must outlast one look and two tries.
TTL, LOOP, RETRY = 20, 5, 5
_NAMESPACE = "/seatrial/"
_MAXIMUM_LAG = 16 * 1024 * 1024  # bytes that a standby may be behind and still be promoted
HELD, _SEGMENT = 8, 16  # segments of its log that each member keeps, and the MB of one
_KEPT = "1GB"  # of its log, for another region that is away: more would fill the primary's disk


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """What all members of a store in a region have in common; passwords are names of secrets.

    `password` is the owner's, `replication` the standbys', `orders` of whoever changes a cluster.

    `other` is the other region that has the store, where there is one: its name, where its primary
    streams, if it has it, and where its members take connections. With `copies` the cluster begins
    as a copy of the one there. `majority`: the witnesses are one in each of three regions, and who
    does not reach two of them takes no writes. `proxied`: they are reached as is said, not as they
    say themselves.
    """

    scope: str
    members: str  # the workload's name, which each member's begins with
    witnesses: Sequence[str]  # host and port, or a mark of them
    synchronous: bool
    password: str
    replication: str
    orders: str
    region: str = ""
    other: "Other | None" = None
    copies: bool = False
    majority: bool = False
    proxied: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """The same store in another region; its `scope` is what its cluster is called."""

    region: str
    scope: str
    stream: Endpoint
    members: Sequence[Endpoint]


def member(members: str, replica: int | str) -> str:
    """What a replica of this workload is called in its cluster."""
    return f"{members}-{replica}"


def key(scope: str) -> str:
    """The key of etcd below which a cluster keeps what it agreed on."""
    return f"{_NAMESPACE}{scope}"


def agreed(scope: str) -> str:
    """The key of etcd with the settings that a cluster's members agreed on."""
    return f"{key(scope)}/config"


def origins(scope: str) -> tuple[str, str]:
    """The keys in etcd that say that a cluster was made, and who leads it.

    Without them its members, once they have no data either, are made anew as its settings say,
    which stay: https://patroni.readthedocs.io/en/latest/standby_cluster.html.
    """
    return (f"{key(scope)}/initialize", f"{key(scope)}/leader")


def slot(region: str) -> str:
    """The slot in which a primary keeps the log that a copy in this region has not had yet."""
    return "region_" + re.sub(r"[^a-z0-9]", "_", region.lower())


def leads(other: str) -> dict[str, Any]:
    """What a cluster goes by that the one in the region `other` is a copy of."""
    return {"standby_cluster": None, "slots": {slot(other): {"type": "physical"}}}


def follows(own: str, other: str, stream: Endpoint) -> dict[str, Any]:
    """What a cluster in the region `own` goes by as a copy of what streams there, in `other`."""
    source: dict[str, Any] = {
        "host": stream.host,
        "port": stream.port,
        "primary_slot_name": slot(own),
        "create_replica_methods": ["basebackup"],
    }
    return {"standby_cluster": source, "slots": {slot(other): None}}


def dynamic(cluster: Cluster) -> dict[str, Any]:
    """What the members agree on, and go by together; a running cluster is told by its REST.

    A server that crashed is not waited for. A primary that reaches every member stays one while
    nobody else can confirm it, except where three regions agree: the others may be right then.
    """
    found: dict[str, Any] = {
        "ttl": TTL,
        "loop_wait": LOOP,
        "retry_timeout": RETRY,
        "primary_start_timeout": 0,
        "maximum_lag_on_failover": _MAXIMUM_LAG,
        "synchronous_mode": cluster.synchronous,
        "failsafe_mode": not cluster.majority,
        "postgresql": {
            "use_pg_rewind": True,
            "use_slots": True,
            "parameters": {
                "max_connections": SETTINGS["max_connections"],
                "wal_log_hints": True,
                "wal_keep_size": f"{HELD * _SEGMENT}MB",
            },
        },
    }
    if cluster.other is not None:
        found["postgresql"]["parameters"]["max_slot_wal_keep_size"] = _KEPT
        if cluster.copies:
            other = cluster.other
            source = follows(cluster.region, other.region, other.stream)["standby_cluster"]
            found["standby_cluster"] = source
        else:
            found["slots"] = leads(cluster.other.region)["slots"]
    return found


def _etcd(cluster: Cluster) -> dict[str, Any]:
    """Where the witnesses are."""
    proxies = {"use_proxies": True} if cluster.proxied else {}
    return {"hosts": list(cluster.witnesses), **proxies}


def owed(cluster: Cluster, current: Mapping[str, Any]) -> dict[str, Any]:
    """What a running cluster has to be told so that it goes by what `dynamic` says.

    Whether it is a copy is not a matter of the file once it runs, and a copy keeps no slots.
    """
    wanted = dynamic(cluster)
    wanted.pop("standby_cluster", None)
    if current.get("standby_cluster"):
        wanted.pop("slots", None)
    return _beyond(wanted, current)


def _beyond(wanted: Mapping[str, Any], current: Mapping[str, Any]) -> dict[str, Any]:
    """What of `wanted` is otherwise, key by key."""
    found: dict[str, Any] = {}
    for key, value in wanted.items():
        own = current.get(key)
        if isinstance(value, Mapping) and isinstance(own, Mapping):
            below = _beyond(value, own)
            found |= {key: below} if below else {}
        elif value != own:
            found[key] = value
    return found


def text(cluster: Cluster) -> str:
    """The file `patroni.yml`."""
    address, rest = "${self.address}", f"${{self.address}}:${{self.ports.{REST}}}"
    sql = f"{address}:${{self.ports.sql}}"
    networks = [f"host {{}} {each} scram-sha-256" for each in NETWORKS]
    own = {key: value for key, value in SETTINGS.items() if key != "max_connections"}
    settings: dict[str, Any] = {
        "scope": cluster.scope,
        "namespace": _NAMESPACE,
        "name": member(cluster.members, "${self.replica}"),
        "restapi": {
            "listen": rest,
            "connect_address": rest,
            # everybody may ask; who changes anything shows it
            "authentication": {
                "username": ORDERS,
                "password": f"${{secret.{cluster.orders}}}",
            },
        },
        "etcd3": _etcd(cluster),
        "bootstrap": {
            "dcs": dynamic(cluster),
            "initdb": [{"encoding": "UTF8"}, {"locale": "C"}, "data-checksums"],
            "post_bootstrap": "sh ${self.dir}/created.sh",
        },
        "postgresql": {
            "listen": sql,
            "connect_address": sql,
            "data_dir": "${self.dir}/data",
            "pgpass": "${self.dir}/pgpass",
            "parameters": {**own, "unix_socket_directories": "${self.dir}"},
            "pg_hba": [
                "local all all scram-sha-256",
                *(each.format("all all") for each in networks),
                *(each.format(f"replication {REPLICATION}") for each in networks),
            ],
            "basebackup": [{"checkpoint": "fast"}],
            "authentication": {
                "superuser": {"username": USER, "password": f"${{secret.{cluster.password}}}"},
                "replication": {
                    "username": REPLICATION,
                    "password": f"${{secret.{cluster.replication}}}",
                },
            },
        },
        "watchdog": {"mode": "off"},
    }
    if cluster.other is not None:
        settings["postgresql"]["pre_promote"] = f"sh ${{self.dir}}/{FENCE} ${{self.dir}}"
    return to_yaml(settings)
