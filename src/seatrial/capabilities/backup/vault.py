"""What keeps a store's backups in another region: an S3 server, which cannot read them."""

from collections.abc import Mapping

from seatrial.capabilities.backup import place, policy
from seatrial.capabilities.backup.place import Keeper
from seatrial.contract.authority import certificate
from seatrial.contract.capability import Context
from seatrial.contract.output import File, Workload
from seatrial.contract.placement import Seat
from seatrial.engines.versitygw import workload
from seatrial.system.model import System


def seat(keeper: Keeper) -> Seat:
    """Its place, in that region."""
    name = place.vault(keeper.store, keeper.region)
    return Seat(workload=name, ports=workload.PORTS, region=keeper.region)


def made(system: System, keeper: Keeper) -> Workload:
    """It runs there, one for each store, or service that keeps files."""
    return workload.workload(
        place.vault(keeper.store, keeper.region),
        region=keeper.region,
        owner=policy.kept(system, keeper.store).owner or "",
        why=f"keeps the backups of {keeper.store} in {keeper.region}, encrypted",
    )


def reached(context: Context, keeper: Keeper) -> Mapping[str, str]:
    """How a daemon reaches it, as its plan says."""
    region = keeper.region
    server = context.placement.endpoint(place.vault(keeper.store, region), "s3")
    return {
        "region": region,
        "url": f"https://{server.host}:{server.port}/{workload.BUCKET}",
        "authority": f"${{self.dir}}/{region}.pem",
        "user": workload.KEY,
        "password": f"${{self.dir}}/{region}.password",
    }


def lent(keeper: Keeper) -> tuple[File, File]:
    """What its certificate is held against, and what is shown there."""
    region, name = keeper.region, place.vault(keeper.store, keeper.region)
    return (
        File(
            path=f"{region}.pem",
            text=f"${{secret.{certificate(name)}}}\n",
            why=f"what the certificate shown in {region} is held against",
        ),
        File(
            path=f"{region}.password",
            text=f"${{secret.{workload.password(name)}}}\n",
            why=f"what {name} asks of who writes there",
            secret=True,
        ),
    )


def secrets(keeper: Keeper) -> tuple[str, str]:
    """Those that these files hold."""
    name = place.vault(keeper.store, keeper.region)
    return (certificate(name), workload.password(name))
