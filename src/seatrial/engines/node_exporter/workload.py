"""The node exporter: the host's CPU, memory, disks and network."""

from seatrial.contract.output import File, Kind, Origin, Probe, Workload

NAME = "node-exporter"
PORTS = {"http": 9100}
TEXTFILES = "textfiles"


def workload(*, owner: str, name: str = NAME, region: str = "") -> Workload:
    """One a host. Figures of batch jobs come as text files from the folder `textfiles`."""
    return Workload(
        name=name,
        origin=Origin.ENGINE,
        kind=Kind.HOST,
        engine="node_exporter",
        argv=(
            "node_exporter",
            "--web.listen-address=${self.address}:${self.ports.http}",
            f"--collector.textfile.directory=${{self.dir}}/{TEXTFILES}",
            "--collector.disable-defaults",
            *(
                f"--collector.{name}"
                for name in (
                    "cpu",
                    "loadavg",
                    "meminfo",
                    "filesystem",
                    "diskstats",
                    "netdev",
                    "stat",
                    "textfile",
                    "time",
                    "uname",
                    "vmstat",
                    "pressure",
                    "filefd",
                )
            ),
        ),
        files=(
            File(
                path=f"{TEXTFILES}/seatrial.prom",
                text="# written by batch jobs\n",
                why="keeps the folder of text files",
            ),
        ),
        ports=PORTS,
        ready=Probe(port="http", path="/metrics", deadline=30),
        region=region,
        owner=owner,
        why="CPU, memory, storage and network of the host",
    )
