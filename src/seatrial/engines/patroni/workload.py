"""The members of a store that fails over, as one workload: each replica is one of them."""

from seatrial.contract.output import File, Origin, Probe, Resources, Volume, Workload
from seatrial.engines.patroni import archiving, fence
from seatrial.engines.patroni.config import FENCE, PORTS, REST, Cluster, agreed, text
from seatrial.engines.tuning import DATABASE

FOLDER = "config"  # all files in it count together
FILE, ARCHIVING = f"{FOLDER}/patroni.yml", f"{FOLDER}/archiving.yml"
DATA = "data"
# Called once, by the first primary, with the words that lead to it and a file of its password.
_CREATED = f'exec psql --no-psqlrc --quiet --command="CREATE DATABASE {DATABASE}" "$1"\n'


def workload(
    cluster: Cluster, *, replicas: int, after: tuple[str, ...], resources: Resources, owner: str
) -> Workload:
    """PostgreSQL under Patroni, with the user and the database of a store that is alone.

    A member is ready once its server takes connections, as the primary or behind it.
    """
    return Workload(
        name=cluster.members,
        origin=Origin.STORE,
        engine="patroni",
        tools=("postgres", "etcd") if cluster.majority else ("postgres",),
        argv=("patroni", f"${{self.dir}}/{FOLDER}"),
        replicas=replicas,
        files=(
            File(
                path=FILE,
                text=text(cluster),
                why="who the other members are, and how one takes over from another",
                secret=True,
            ),
            # whoever has the log archived puts another one in its place: nobody deletes a file
            File(path=ARCHIVING, text=archiving.NONE, why="where the log is archived: nowhere"),
            File(path="created.sh", text=_CREATED, why="makes the database of a new cluster"),
            File(
                path="password",
                text=f"${{secret.{cluster.password}}}\n",
                why="the owner's password, generated",
                secret=True,
            ),
            *_fence(cluster),
        ),
        secrets=(cluster.password, cluster.replication, cluster.orders),
        ports=PORTS,
        volumes=(Volume(name=DATA, path="data"),),
        ready=Probe(port=REST, path="/readiness", deadline=120),
        live=Probe(port=REST, path="/liveness"),
        reload="HUP",
        grace=30,
        region=cluster.region,
        after=after,
        resources=resources,
        owner=owner,
        why="holds the data of the store, as its primary or behind it",
    )


def _fence(cluster: Cluster) -> tuple[File, ...]:
    if cluster.other is None:
        return ()
    return (
        File(
            path=FENCE,
            text=fence.text(
                cluster.other.members,
                majority=cluster.witnesses if cluster.majority else (),
                agreed=agreed(cluster.other.scope),
            ),
            why="keeps a member from becoming a second primary beside another region's",
        ),
    )
