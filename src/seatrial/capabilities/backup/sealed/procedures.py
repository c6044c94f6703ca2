"""What a person types who has nothing but the recovery key, a bundle, and the page of this."""

from seatrial.capabilities.backup.sealed import place
from seatrial.contract.action import BUNDLE, FOLDER, KEY, SYSTEM
from seatrial.contract.capability import Context, Intent
from seatrial.contract.procedure import DURATION, Blank, Kind, Objective, Procedure, Step

PAGE = "recover-system"
_KEY = Blank(
    name="KEY",
    meaning="the file with the secret half of the recovery key, which is kept apart",
    example="/media/usb/recovery.key",
)
_BUNDLE = Blank(
    name="BUNDLE",
    meaning="the newest bundle: what `seatrial backup system --out` wrote, or the newest file under"
    " `_system` in the bucket of a region that has outlived",
    example="/media/usb/shop.age",
)
_FOLDER = Blank(
    name="FOLDER",
    meaning="a folder that is empty, or holds the code that services are built from, as it was",
    example="/srv/shop",
)
_FILE = Blank(
    name="SYSTEM",
    meaning="the file of the system there, as the second command says it",
    example="/srv/shop/seatrial.yaml",
)
_BACK = "written"


def procedure(intent: Intent | Context) -> Procedure:
    """On an empty machine: the file of the system, what it reads, and its secrets."""
    recover = (
        *("seatrial", "recover"),
        *("--key", _KEY.mark, "--from", _BUNDLE.mark, "--into", _FOLDER.mark),
    )
    expectation = f"same/{PAGE}"
    return Procedure(
        name=PAGE,
        kind=Kind.RECOVERY,
        subject=place.NAME,
        owner=place.owner(intent),
        purpose="The file of the system, all that it reads, and its secrets, on another machine",
        facts=(
            ("Needs", "this page, the recovery key, a bundle, and seatrial"),
            ("Sealed to", str(intent.settings.recovery_key)),
        ),
        objectives=(
            Objective(
                name="RTO",
                target=intent.system.targets.rto.seconds,
                means="the time that the commands of this page took",
                expectation=expectation,
                figure=DURATION,
                lacks="neither the machine nor the data of stores is in it",
            ),
        ),
        blanks=(_KEY, _BUNDLE, _FOLDER, _FILE),
        steps=(
            Step(
                does="See what would be brought back",
                argv=(*recover, "--dry-run"),
                expects="The name of the system, and when it was sealed",
                shows=f"would be {_BACK}",
            ),
            Step(
                does="Bring it back",
                argv=recover,
                expects="How many files and secrets; the same command goes on where it was broken"
                " off",
                shows=_BACK,
            ),
            Step(
                does="Check the file that was in it",
                argv=("seatrial", "check", "--file", _FILE.mark),
                expects="How many services, stores and journeys it has, and no error",
                shows=f"{intent.system.name}: ",
            ),
        ),
        lacks="The code that services are started from: bring it into that folder from where you"
        " keep it. Then `seatrial up` starts all of it with stores that are empty, and the pages of"
        " the stores bring back their data, from repositories that have outlived the machine"
        " (`--from` and the region). No drill starts it on another machine.",
        depends=("backup",),
        expectation=expectation,
    )


# What a drill writes for each blank.
VALUES = (
    (_KEY.name, KEY),
    (_BUNDLE.name, BUNDLE),
    (_FOLDER.name, FOLDER),
    (_FILE.name, SYSTEM),
)
