"""A restic repository in another region: of files, and of what else has no way there of its own."""

from collections.abc import Mapping

from seatrial.capabilities.backup import place, vault
from seatrial.capabilities.backup.place import Keeper
from seatrial.contract.capability import Context
from seatrial.contract.output import File

_CIPHER = "cipher"


def files(keeper: Keeper) -> tuple[File, ...]:
    """What reaches it, and what encrypts all before it is sent; none of what lies at home."""
    if not keeper.region:
        return ()
    return (
        *vault.lent(keeper),
        File(
            path=_CIPHER,
            text=f"${{secret.{place.cipher(keeper.store, keeper.region)}}}\n",
            why=f"what encrypts the backups of {keeper.subject}",
            secret=True,
        ),
    )


def secrets(keeper: Keeper) -> tuple[str, ...]:
    """Those that these files hold."""
    if not keeper.region:
        return ()
    return (*vault.secrets(keeper), place.cipher(keeper.store, keeper.region))


def plan(context: Context, keeper: Keeper) -> Mapping[str, str] | None:
    """What the daemon's plan says of it; None for who keeps backups at home."""
    if not keeper.region:
        return None
    return {
        **vault.reached(context, keeper),
        "cipher": f"${{self.dir}}/{_CIPHER}",
        "secret": place.cipher(keeper.store, keeper.region),
    }
