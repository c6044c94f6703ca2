"""Secrets of one system, each a file of mode 0600: generated, or brought as a variable."""

import datetime as dt
import re
import secrets
from collections.abc import Collection, Mapping
from pathlib import Path

from seatrial.contract.authority import authority, of_authority, of_certificate
from seatrial.contract.runtime import RuntimeFailure
from seatrial.contract.sealing import identity, of_identity, of_recipient
from seatrial.runtimes.shared.state import replace_text

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")


def ensure(
    folder: Path,
    names: tuple[str, ...],
    brought: Collection[str] = (),
    environment: Mapping[str, str] | None = None,
) -> dict[str, str]:
    """The value of each secret; one that is not there yet is generated.

    Those that are `brought` are taken from the `environment` where it has them now, else as they
    were kept. Raises RuntimeFailure where neither is.
    """
    found: dict[str, str] = {}
    for name in names:
        if _NAME.fullmatch(name) is None:
            raise RuntimeFailure(f"{name!r} is not a secret's name")
        path = folder / name
        kept = _kept(path)
        given = (environment or {}).get(name) if name in brought else None
        value = given or kept
        if value is None and name in brought:
            raise RuntimeFailure(
                f"the secret {name} was never brought",
                f"set the variable {name} where you run `seatrial up`, as in "
                "`set -a; . ./.env; seatrial up`",
            )
        found[name] = value or _drawn(folder, name)
        if found[name] != kept:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            replace_text(path, found[name], mode=0o600)
    return found


def _drawn(folder: Path, name: str) -> str:
    """A new one; what is known of an authority or a key is taken from it, made first if need be."""
    if of_identity(name) or of_recipient(name):
        return _keyed(folder, name)
    if not (of_authority(name) or of_certificate(name)):
        return secrets.token_urlsafe(24)
    # few systems have one, and every command would pay for what makes it
    from seatrial.runtimes.shared.authority import made, public  # noqa: PLC0415

    if of_authority(name):
        return made(of_authority(name), dt.datetime.now(dt.UTC))
    signer = authority(of_certificate(name))
    return public(ensure(folder, (signer,))[signer])


def _keyed(folder: Path, name: str) -> str:
    from pyrage.x25519 import Identity  # noqa: PLC0415 - as with authorities: few systems seal anything

    if of_identity(name):
        return str(Identity.generate())
    own = identity(of_recipient(name))
    return str(Identity.from_str(ensure(folder, (own,))[own]).to_public())


def known(folder: Path, names: tuple[str, ...]) -> dict[str, str]:
    """The value of each secret that there is, empty for the others. Nothing is made."""
    return {name: _kept(folder / name) or "" for name in names}


def _kept(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8").strip()
    except FileNotFoundError:
        return None
