"""The files that a service keeps, by restic: to the moment of a snapshot, and no other."""

from seatrial.capabilities.backup import elsewhere, policy
from seatrial.capabilities.backup import place as shared
from seatrial.capabilities.backup.files import alerts, expectations, place
from seatrial.capabilities.backup.product import Product
from seatrial.contract.output import Volume

FILES = Product(
    ports=place.DAEMON_PORTS,
    plan=place.plan,
    files=place.files,
    additions=place.additions,
    volumes=(Volume(name=shared.REPOSITORY, path=shared.REPOSITORY, durable=True),),
    secrets=place.secrets,
    tools=("restic",),
    shares=True,
    takes=False,
    commands=True,
    late=policy.rpo,
    lost="What was written since would be lost with the disk.",
    seen=("backups_held",),
    alerts=(alerts.damaged,),
    server=(),
    expectations=(expectations.exact, expectations.taken, expectations.whole),
    elsewhere=elsewhere.expectations(digs=expectations.dug, defect=expectations.DUG),
)
