"""Alertmanager as a workload."""

from seatrial.contract.output import File, Origin, Probe, Volume, Workload

NAME = "alertmanager"
PORTS = {"http": 9093}
DATA = "data"


def workload(
    files: tuple[File, ...], *, owner: str, after: tuple[str, ...], secrets: tuple[str, ...] = ()
) -> Workload:
    """One Alertmanager: silences and the notification log are on disk.

    `secrets` are the names of those that its files hold.
    """
    return Workload(
        name=NAME,
        origin=Origin.ENGINE,
        engine="alertmanager",
        argv=(
            "alertmanager",
            "--config.file=${self.dir}/alertmanager.yml",
            f"--storage.path=${{self.dir}}/{DATA}",
            "--web.listen-address=${self.address}:${self.ports.http}",
            "--cluster.listen-address=",
        ),
        files=files,
        secrets=secrets,
        ports=PORTS,
        volumes=(Volume(name="data", path=DATA),),
        ready=Probe(port="http", path="/-/ready", deadline=30),
        live=Probe(port="http", path="/-/healthy"),
        reload="HUP",
        owner=owner,
        after=after,
        why="groups, routes, mutes and sends alerts",
    )
