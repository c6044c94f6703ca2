"""What backup tells the others: its daemons' seats, and what a store's own server needs."""

from seatrial.capabilities.backup import place, policy, rules
from seatrial.capabilities.backup.recovery import recovery
from seatrial.contract.capability import Intent
from seatrial.contract.declaration import Declarations, ScrapeTarget
from seatrial.contract.output import Addition, File, Volume
from seatrial.contract.placement import Seat
from seatrial.engines.pgbackrest import config
from seatrial.engines.postgres import archiving
from seatrial.engines.postgres.workload import DATABASE, PORTS, USER
from seatrial.system.model import System


def declare(intent: Intent) -> Declarations:
    """Nothing where no store's backup is declared, or none can be taken."""
    found = place.stores(intent.system, intent.runtime, beside=intent.beside)
    return Declarations(
        seats=tuple(Seat(workload=place.named(each), ports=place.PORTS) for each in found),
        additions=tuple(_addition(intent.system, each) for each in found),
        targets=tuple(_target(intent.system, each) for each in found),
        recoveries=tuple(recovery(each) for each in found),
        groups=tuple(rules.group(intent.system, each) for each in found),
    )


def text(system: System, store: str, folder: str, scratch: str, repository: str = "") -> str:
    """The configuration of pgBackRest, as seen by who finds the store's folder at `folder`."""
    return config.text(
        config.Paths(
            repository=repository or f"{folder}/{place.REPOSITORY}",
            data=f"{folder}/data",
            socket=folder,
            scratch=scratch,
        ),
        keep=policy.of(system, store).keep.seconds,
        port=PORTS["sql"],
        user=USER,
        database=DATABASE,
    )


def _addition(system: System, store: str) -> Addition:
    target = policy.rpo(system, store)
    return Addition(
        store=store,
        argv=archiving.words(
            command=config.archive_command(f"${{self.dir}}/{place.CONFIG}"),
            timeout=policy.archive_timeout(target),
        ),
        files=(
            File(
                path=place.CONFIG,
                text=text(system, store, "${self.dir}", "${self.dir}/tmp"),
                why="where the server archives its log",
            ),
        ),
        volumes=(Volume(name=place.REPOSITORY, path=place.REPOSITORY),),
        tools=("pgbackrest",),
    )


def _target(system: System, store: str) -> ScrapeTarget:
    name = place.named(store)
    return ScrapeTarget(
        job=name,
        subject=name,
        kind="monitoring",
        workload=name,
        port=place.HTTP,
        labels={"team": system.stores[store].owner},
    )
