"""Redis, by snapshots over the network: to the moment of one of them, and no other."""

from seatrial.capabilities.backup import elsewhere, policy
from seatrial.capabilities.backup import place as shared
from seatrial.capabilities.backup.expecting import DUG
from seatrial.capabilities.backup.product import Product
from seatrial.capabilities.backup.redis import alerts, expectations, place
from seatrial.contract.output import Volume

REDIS = Product(
    ports=place.DAEMON_PORTS,
    plan=place.plan,
    files=place.files,
    additions=place.additions,
    volumes=(Volume(name=shared.REPOSITORY, path=shared.REPOSITORY, durable=True),),
    secrets=place.secrets,
    tools=("redis",),
    shares=True,
    takes=True,
    loads=True,
    late=policy.rpo,
    lost="What was written since would be lost with the server.",
    seen=("backups_held",),
    alerts=(alerts.damaged,),
    server=(),
    expectations=(expectations.exact, expectations.taken, expectations.whole),
    elsewhere=elsewhere.expectations("redis", digs=expectations.dug, defect=DUG),
    abroad=("restic",),
)
