"""The reference system as it is rendered: what `seatrial plan` would write, for reading.

Nothing of this machine goes in: the addresses follow from the system's name, the versions are
those that the engines pin, and folders and secrets are placeholders that a runtime fills.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from seatrial.app import registry
from seatrial.app.files import rendered
from seatrial.app.plan import Plan, plan
from seatrial.contract.engine import Debian, Engine
from seatrial.contract.placement import Link, Placement, Seat
from seatrial.runtimes.local import placement

SYSTEM = "workflow-platform"
SOURCE = f"examples/{SYSTEM}/seatrial.yaml"
JOINED = "examples/two-regions/seatrial.yaml"  # what only a system with several regions proves
FAILING = "examples/failover-regions/seatrial.yaml"  # what only a store that fails over proves
ALONE = "examples/failover-witness/seatrial.yaml"  # what only one that moves by itself proves
APART = "examples/backup-regions/seatrial.yaml"  # what only a backup in two regions proves
BOTH = "examples/backup-failover/seatrial.yaml"  # what only a backup of such a store proves
KEEPING = "examples/backup-files/seatrial.yaml"  # what only files that a service keeps prove
FOLDER = f"examples/{SYSTEM}/rendered"
_RENDERED = "rendered/"

_README = f"""\
# What seatrial renders for this system

Generated: `python -m scripts.generate` writes it, and a test keeps it equal. This is what \
`seatrial plan` says it would write to `.seatrial/` for [`seatrial.yaml`](../seatrial.yaml) in a \
rehearsal on the local runtime: a folder for each workload, the runbooks, and the file's JSON \
Schema. On your machine the first lie below `.seatrial/{_RENDERED}`.

Addresses are those that the local runtime chooses first. Secrets are files that only the runtime \
writes; they are not shown. `${{self.dir}}` and its kin are filled in when a workload starts.

| file | why |
| --- | --- |
"""


@dataclass(frozen=True, slots=True)
class _FirstChoice:
    """The local runtime's addresses where nobody else uses its subnet."""

    subnet: int

    def place(self, seats: tuple[Seat, ...], links: tuple[Link, ...]) -> Placement:
        """A place for each seat and link."""
        return placement.place(self.subnet, seats, links)


def planned(root: Path) -> Plan:
    """The plan of the reference system, the same on every machine."""
    places = _FirstChoice(placement.subnet_of(SYSTEM))
    return plan(root / SOURCE, places, versions=pinned(registry.engines()))


def joined(root: Path) -> Plan:
    """The plan of the example with two regions."""
    return plan(root / JOINED, _FirstChoice(placement.subnet_of("two-regions")))


def failing(root: Path) -> Plan:
    """The plan of the example whose store fails over."""
    return plan(root / FAILING, _FirstChoice(placement.subnet_of("failover-regions")))


def alone(root: Path) -> Plan:
    """The plan of the example whose store is moved by itself."""
    return plan(root / ALONE, _FirstChoice(placement.subnet_of("failover-witness")))


def apart(root: Path) -> Plan:
    """The plan of the example whose backups lie in two regions."""
    return plan(root / APART, _FirstChoice(placement.subnet_of("backup-regions")))


def both(root: Path) -> Plan:
    """The plan of the example whose store fails over and is backed up."""
    return plan(root / BOTH, _FirstChoice(placement.subnet_of("backup-failover")))


def keeping(root: Path) -> Plan:
    """The plan of the example whose service keeps files."""
    return plan(root / KEEPING, _FirstChoice(placement.subnet_of("backup-files")))


def pinned(engines: tuple[Engine, ...]) -> Mapping[str, str]:
    """The version that each engine pins first; what only Debian packages give has none."""
    found: dict[str, str] = {}
    for engine in engines:
        versions = [each.version for each in engine.sources if not isinstance(each, Debian)]
        found |= {engine.name: versions[0]} if versions else {}
    return found


def files(plan_: Plan) -> dict[str, str]:
    """Path from the root of the repository to text."""
    found = {
        path.removeprefix(_RENDERED): (text, why) for path, (text, why) in rendered(plan_).items()
    }
    rows = "".join(f"| [`{path}`]({path}) | {why} |\n" for path, (_, why) in found.items())
    texts = {f"{FOLDER}/{path}": text for path, (text, _) in found.items()}
    return {f"{FOLDER}/README.md": _README + rows, **texts}
