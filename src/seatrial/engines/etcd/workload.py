"""A member as a workload."""

from collections.abc import Mapping

from seatrial.contract.output import File, Origin, Probe, Volume, Workload
from seatrial.engines.etcd.config import PORTS, text

FILE = "etcd.yml"


def workload(
    name: str,
    *,
    token: str,
    peers: Mapping[str, str],
    region: str,
    owner: str,
    apart: bool = False,
) -> Workload:
    """One member; `apart` as `config.text` has it. Raises ValueError as that does.

    It is ready once it listens, not once it has a leader: the first of three would wait for the
    other two, which are started after it.
    """
    return Workload(
        name=name,
        origin=Origin.ENGINE,
        engine="etcd",
        argv=("etcd", f"--config-file=${{self.dir}}/{FILE}"),
        files=(
            File(
                path=FILE,
                text=text(name, token=token, peers=peers, apart=apart),
                why="who the other members are, and where this one keeps what they agreed on",
            ),
        ),
        ports=PORTS,
        # What a member has promised to the others must outlive its process.
        volumes=(Volume(name="data", path="data"),),
        ready=Probe(port="peer", tcp=True, deadline=30),
        region=region,
        owner=owner,
        why="one of the members that agree on who is the primary",
    )
