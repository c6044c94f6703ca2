"""A member's configuration file, and the words with which its cluster is asked.

Keys: https://etcd.io/docs/v3.4/op-guide/configuration/. The text holds `${self...}` for the
runtime.
"""

from collections.abc import Mapping

from seatrial.engines.documents import to_yaml

PORTS = {"client": 2379, "peer": 2380}
_HEARTBEAT, _FAR = 100, 250  # ms; a heartbeat lasts about as long as the way there and back
_ELECTION = 10  # heartbeats, at least
_QUOTA = 64 * 1024 * 1024  # bytes; a cluster's own state is some kilobytes


def text(name: str, *, token: str, peers: Mapping[str, str], apart: bool = False) -> str:
    """The file of the member `name`; `peers` maps each member, itself too, to its `host:port`.

    `token` tells clusters apart: a member that was given another cluster's address by mistake
    refuses it, instead of joining two clusters to one. `apart`: each is in a region of its own, to
    which the way is longer and may flap. Raises ValueError where `name` is no peer,
    or where an even number of members would be no safer than one less.
    """
    if name not in peers:
        raise ValueError(f"{name} is none of the members {', '.join(sorted(peers))}")
    if len(peers) % 2 == 0:
        raise ValueError(f"{len(peers)} members survive no more than {len(peers) - 1} do")
    own = "http://${self.address}"
    settings: dict[str, object] = {
        "name": name,
        "data-dir": "${self.dir}/data",
        "listen-client-urls": f"{own}:${{self.ports.client}}",
        "advertise-client-urls": f"{own}:${{self.ports.client}}",
        "listen-peer-urls": f"{own}:${{self.ports.peer}}",
        "initial-advertise-peer-urls": f"{own}:${{self.ports.peer}}",
        "initial-cluster": ",".join(f"{each}=http://{at}" for each, at in sorted(peers.items())),
        "initial-cluster-token": token,
        "initial-cluster-state": "new",
        "heartbeat-interval": _FAR if apart else _HEARTBEAT,
        "election-timeout": _ELECTION * (_FAR if apart else _HEARTBEAT),
        # Who was cut off and comes back does not end the term of a leader that the others have.
        "pre-vote": apart,
        # Who reads the file in 3.4 has no gateway unless it is asked for; the flags have it.
        "enable-grpc-gateway": True,
        # Every renewed lease is a revision: what is not compacted grows until writes are refused.
        "auto-compaction-mode": "periodic",
        "auto-compaction-retention": "10m",
        "quota-backend-bytes": _QUOTA,
        "log-level": "warn",
        "logger": "zap",
    }
    return to_yaml(settings)
