"""What is expected of a restore of PostgreSQL, and with which defect it must turn red."""

from seatrial.capabilities.backup import judges, place, policy
from seatrial.capabilities.backup.expecting import DUG, expected
from seatrial.capabilities.backup.place import Keeper
from seatrial.capabilities.backup.postgres.place import BESIDE, CONFIG, OWN, at_home, bucket, text
from seatrial.capabilities.backup.product import Archiving
from seatrial.capabilities.backup.spoiling import spoiled
from seatrial.contract.action import AlterFile, Execute
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation
from seatrial.engines.pgbackrest.config import Bucket
from seatrial.engines.postgres.sql import command
from seatrial.engines.versitygw import workload as vault
from seatrial.system.held import holder

_ENGINES = ("pgbackrest", "postgres")
_FOLDER = f"{BESIDE}/{place.REPOSITORY}/backup"
_FILES = "**/*"
# of the newest backup: stanzas sort by their age
_NEWEST = '[sorted(folder.iterdir())[-1] / "latest" / "pg_data"]'
_ELSEWHERE = (*_ENGINES, "versitygw")
# of each backup there: S3 has no link to the latest
_EACH = 'folder.glob("*/*/pg_data")'
_OWN = "\\connect seatrial"
_DIG = command(_OWN, "DELETE FROM keystone")
_LAY = command(_OWN, "INSERT INTO keystone VALUES ('laid again') ON CONFLICT DO NOTHING")


def exact(context: Context, store: str) -> Expectation:
    """Nothing less and nothing more than at the instant."""
    judge = judges.exact(store, context.system.targets.rto.seconds)
    return expected(
        store,
        "exact",
        engines=_ENGINES,
        summary=f"A copy of {store} is as it was at a random instant: nothing less, nothing more",
        judge=judge,
        control=Control(
            defect="half of the largest file of the newest backup is gone",
            actions=(spoiled(place.named(store), _FOLDER, _FILES, tops=_NEWEST, largest=True),),
        ),
    )


def archived(context: Context, store: str) -> Expectation:
    """What is lost with the server is within the RPO."""
    return expected(
        store,
        "archived",
        engines=_ENGINES,
        summary=f"The archive_timeout of {store}, as set, and a segment's measured way into the"
        " repository are together within the RPO",
        judge=judges.archived(store, policy.rpo(context.system, store)),
        control=nowhere(context, store),
    )


def nowhere(context: Context, store: str) -> Control:
    """What is written reaches the repositories elsewhere alone."""
    system = context.system
    far = tuple(bucket(context.placement, store, each) for each in policy.elsewhere(system, store))
    away = text(system, store, ("${self.dir}/nowhere", *far))
    return Control(
        defect="the server archives to a repository that is not there",
        actions=(AlterFile(workload=holder(system, store), path=CONFIG, text=away),),
    )


def exact_from(context: Context, keeper: Keeper) -> Expectation:
    """The same, from the backups in another region alone."""
    store, region = keeper.store, keeper.region
    folder = f"${{self.dir}}/{vault.OBJECTS}/{vault.BUCKET}/{store}/backup"
    return expected(
        store,
        "exact",
        region=region,
        engines=_ELSEWHERE,
        summary=f"A copy of {store} from the backups in {region}, and none at home, is as"
        " it was at a random instant: nothing less, nothing more",
        judge=judges.exact(store, context.system.targets.rto.seconds),
        control=Control(
            defect=f"half of the largest file of each backup in {region} is gone",
            actions=(
                spoiled(place.vault(store, region), folder, _FILES, tops=_EACH, largest=True),
            ),
        ),
    )


def archived_to(context: Context, keeper: Keeper) -> Expectation:
    """What is lost with the whole region of the server is within the RPO."""
    return sent(context, keeper, archiving)


def archiving(context: Context, store: str, far: Bucket) -> AlterFile:
    """The server archives at home and into that bucket."""
    every = (at_home(OWN), far)
    return AlterFile(workload=store, path=CONFIG, text=text(context.system, store, every))


def sent(context: Context, keeper: Keeper, archiving: Archiving) -> Expectation:
    """The same, of one server or of several, which `archiving` tells where to send."""
    system, store, region = context.system, keeper.store, keeper.region
    away = archiving(context, store, bucket(context.placement, store, region, named="nowhere"))
    return expected(
        store,
        "archived",
        region=region,
        engines=_ELSEWHERE,
        summary=f"The archive_timeout of {store}, as set, and a segment's measured way to"
        f" {region} are together within the RPO",
        judge=judges.archived(store, policy.rpo(system, store)),
        control=Control(
            defect=f"the server archives into a bucket that {region} has not",
            actions=(away,),
        ),
    )


def whole(context: Context, store: str) -> Expectation:
    """What is declared of the data holds in the copy."""
    judge = judges.whole(store, tuple(context.system.stores[store].invariants))
    return expected(
        store,
        "whole",
        engines=_ENGINES,
        summary=f"Each invariant of {store} holds in the copy, whose checksums are right",
        judge=judge,
        control=Control(
            defect=DUG,
            actions=(
                Execute(
                    workload=holder(context.system, store),
                    argv=_DIG,
                    undo=_LAY,
                    replica=place.writing(context.system, store),
                ),
            ),
        ),
    )
