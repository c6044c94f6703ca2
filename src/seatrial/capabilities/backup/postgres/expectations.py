"""What is expected of a restore of PostgreSQL, and with which defect it must turn red."""

from functools import partial

from seatrial.capabilities.backup import judges, place, policy
from seatrial.capabilities.backup.postgres.place import CONFIG, text
from seatrial.capabilities.backup.scenarios import scenario_of, watch
from seatrial.contract.action import AlterFile, Execute
from seatrial.contract.capability import Context
from seatrial.contract.scenario import Control, Expectation, settled
from seatrial.engines.pgbackrest.config import STANZA
from seatrial.engines.postgres.sql import command

_ENGINES = ("pgbackrest", "postgres")
_FOLDER = f"${{self.dir}}/{place.REPOSITORY}/backup/{STANZA}"
# half of its largest file is gone; what is broken is kept beside it
_SPOIL = (
    'file=$(find "$0/latest/pg_data" -type f ! -name "*.kept" -exec ls -S {} + | head -n 1);'
    ' cp -p "$file" "$file.kept" && head -c "$(($(wc -c < "$file.kept") / 2))" "$file.kept"'
    ' > "$file"'
)
_MEND = 'find "$0" -name "*.kept" | while read -r kept; do mv "$kept" "${kept%.kept}"; done'
_OWN = "\\connect seatrial"
_DIG = command(_OWN, "DELETE FROM keystone")
_LAY = command(_OWN, "INSERT INTO keystone VALUES ('laid again') ON CONFLICT DO NOTHING")


def _expectation(store: str) -> partial[Expectation]:
    return partial(
        Expectation,
        scenario=scenario_of(store),
        watches=(watch(store),),
        engines=_ENGINES,
    )


def exact(context: Context, store: str) -> Expectation:
    """Nothing less and nothing more than at the instant."""
    judge = judges.exact(store, context.system.targets.rto.seconds)
    return _expectation(store)(
        name=f"exact/{scenario_of(store)}",
        requirements=("R20.1", "S5"),
        summary=f"A copy of {store} is as it was at a random instant: nothing less, nothing more",
        judge=judge,
        control=Control(
            defect="half of the largest file of the newest backup is gone",
            actions=(
                Execute(
                    workload=store,
                    argv=("sh", "-c", _SPOIL, _FOLDER),
                    undo=("sh", "-c", _MEND, _FOLDER),
                ),
            ),
        ),
        ripe=settled(judge),
        depends=(f"stores.{store}", "targets.rto"),
    )


def archived(context: Context, store: str) -> Expectation:
    """What is lost with the server is within the RPO."""
    system = context.system
    judge = judges.archived(store, policy.rpo(system, store))
    nowhere = text(system, store, "${self.dir}", "${self.dir}/tmp", "${self.dir}/nowhere")
    return _expectation(store)(
        name=f"archived/{scenario_of(store)}",
        requirements=("R20.1", "S5"),
        summary=f"The archive_timeout of {store}, as set, and a segment's measured way into the"
        " repository are together within the RPO",
        judge=judge,
        control=Control(
            defect="the server archives to a repository that is not there",
            actions=(AlterFile(workload=store, path=CONFIG, text=nowhere),),
        ),
        ripe=settled(judge),
        depends=(f"stores.{store}", "targets.rpo"),
    )


def whole(context: Context, store: str) -> Expectation:
    """What is declared of the data holds in the copy."""
    judge = judges.whole(store, tuple(context.system.stores[store].invariants))
    return _expectation(store)(
        name=f"whole/{scenario_of(store)}",
        requirements=("R20.4",),
        summary=f"Each invariant of {store} holds in the copy, whose checksums are right",
        judge=judge,
        control=Control(
            defect="what was laid down before the first backup was deleted from the server",
            actions=(Execute(workload=store, argv=_DIG, undo=_LAY),),
        ),
        ripe=settled(judge),
        depends=(f"stores.{store}",),
    )
