"""Alertmanager as a workload."""

from seatrial.contract.output import File, Origin, Probe, Volume, Workload
from seatrial.contract.placement import Endpoint

NAME = "alertmanager"
PORTS = {"http": 9093}
PAIRED = {**PORTS, "gossip": 9094}  # of those that tell one another what they have sent
DATA = "data"
# Seconds that the second of a pair waits for the first. By default 15, which a dead one would cost.
_TURN = 5


def workload(
    files: tuple[File, ...],
    *,
    owner: str,
    after: tuple[str, ...],
    secrets: tuple[str, ...] = (),
    name: str = NAME,
    region: str = "",
    peers: tuple[Endpoint, ...] = (),
) -> Workload:
    """One Alertmanager: silences and the notification log are on disk.

    `secrets` are the names of those that its files hold. `peers` are where all of several listen
    for one another: each is then told what the others have sent, and sends it no more.
    """
    gossip: tuple[str, ...] = ("--cluster.listen-address=",)
    if peers:
        gossip = (
            "--cluster.listen-address=${self.address}:${self.ports.gossip}",
            f"--cluster.peer-timeout={_TURN}s",
            *(f"--cluster.peer={each}" for each in peers),
        )
    return Workload(
        name=name,
        origin=Origin.ENGINE,
        engine="alertmanager",
        argv=(
            "alertmanager",
            "--config.file=${self.dir}/alertmanager.yml",
            f"--storage.path=${{self.dir}}/{DATA}",
            "--web.listen-address=${self.address}:${self.ports.http}",
            *gossip,
        ),
        replicas=max(1, len(peers)),
        files=files,
        secrets=secrets,
        ports=PAIRED if peers else PORTS,
        volumes=(Volume(name="data", path=DATA),),
        ready=Probe(port="http", path="/-/ready", deadline=30),
        live=Probe(port="http", path="/-/healthy"),
        reload="HUP",
        region=region,
        owner=owner,
        after=after,
        why="groups, routes, mutes and sends alerts",
    )
