"""PostgreSQL as a store: initialised once, checksummed, reached over TCP with a password."""

from seatrial.contract.output import File, Origin, Probe, Resources, Volume, Workload
from seatrial.engines.tuning import DATABASE, NETWORKS, PORTS, SETTINGS, USER
from seatrial.system.model import System

__all__ = ["DATABASE", "PORTS", "USER", "files", "secret", "workload"]


def _spelt(value: object) -> str:
    """As postgresql.conf has it: a number, also with its unit, takes no quotes."""
    if isinstance(value, bool):
        return "on" if value else "off"
    text = str(value)
    return text if text[:1].isdigit() else f"'{text}'"


_HBA = "".join(
    f"{each} scram-sha-256\n"
    for each in ("local all all", *(f"host all all {network}" for network in NETWORKS))
)
_CONF = """\
listen_addresses = '${self.address}'
port = ${self.ports.sql}
unix_socket_directories = '${self.dir}'
hba_file = '${self.dir}/pg_hba.conf'
""" + "".join(f"{key} = {_spelt(value)}\n" for key, value in SETTINGS.items())


def secret(_system: System, store: str) -> str:
    """The name of the store's password: always there."""
    return store


def files(secret: str) -> tuple[File, ...]:
    """What a server reads beside its data, also a copy that is started by somebody else."""
    return (
        File(path="postgresql.conf", text=_CONF, why="where PostgreSQL listens, and its size"),
        File(path="pg_hba.conf", text=_HBA, why="every connection needs a password"),
        File(
            path="password",
            text=f"${{secret.{secret}}}\n",
            why="the owner's password, generated",
            secret=True,
        ),
    )


def workload(
    store: str, *, owner: str, secret: str, durable: bool, resources: Resources, region: str
) -> Workload:
    """One PostgreSQL server.

    `prepare` creates the cluster with data checksums and the database `app`, owned by the user
    `app`; the database `postgres` stays for administration.
    """
    return Workload(
        name=store,
        origin=Origin.STORE,
        engine="postgres",
        argv=(
            "postgres",
            "-D",
            "${self.dir}/data",
            "-c",
            "config_file=${self.dir}/postgresql.conf",
        ),
        prepare=(
            (
                "initdb",
                "--pgdata=${self.dir}/data",
                f"--username={USER}",
                "--pwfile=${self.dir}/password",
                "--auth=scram-sha-256",
                "--data-checksums",
                "--encoding=UTF8",
                "--locale=C",
            ),
            # single-user mode: the database exists before anything listens
            (
                "sh",
                "-c",
                f'echo "CREATE DATABASE {DATABASE}" | postgres --single -D "$0" postgres',
                "${self.dir}/data",
            ),
        ),
        files=files(secret),
        secrets=(secret,),
        ports=PORTS,
        volumes=(Volume(name="data", path="data", durable=durable),),
        ready=Probe(
            argv=("pg_isready", "-h", "${self.address}", "-p", "${self.ports.sql}", "-U", USER),
            deadline=60,
        ),
        reload="HUP",
        stop="INT",  # sessions are ended; by TERM it would wait until each has left by itself
        grace=20,
        owner=owner,
        resources=resources,
        region=region,
        why="a store of the system",
    )
