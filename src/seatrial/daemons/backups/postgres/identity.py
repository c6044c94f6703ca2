"""Of which system a PostgreSQL is: initdb gives each a number, and all that it writes bears it.

https://www.postgresql.org/docs/15/functions-info.html#FUNCTIONS-CONTROLDATA. A restored copy has
that of its backup; a store that is laid anew has another one.
"""

from __future__ import annotations

import asyncio
import contextlib
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from seatrial.daemons.backups.command import CommandError
from seatrial.daemons.backups.postgres.plan import Plan
from seatrial.daemons.backups.postgres.server import Server
from seatrial.daemons.backups.product import RefusedError
from seatrial.daemons.shared.disk import written

_ASKED = "SELECT system_identifier FROM pg_control_system()"
_WITHIN = 3.0  # seconds: who restores waits for it, and the server may be lost
# It begins with the number and that of its own format, as the machine has them; others are spoiled.
_CONTROL, _HEAD, _FORMATS = "global/pg_control", struct.Struct("=QI"), range(900, 10000)
_FILE = ".system"  # beside the copies, whose folder outlives the daemon


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """That of the store: as its server says, else its data, else as it was seen last."""

    plan: Plan
    server: Server

    async def seen(self) -> str:
        """As the server says, and keep it for the time when it does not. Raises CommandError."""
        own = await self.server.ask(_ASKED, within=_WITHIN)
        await asyncio.to_thread(self._keep, own[0][0])
        return own[0][0]

    def _keep(self, own: str) -> None:
        file = self.plan.copies / _FILE
        try:
            if not file.exists() or file.read_text(encoding="ascii") != own:
                written(file, own)
        except OSError as error:
            raise CommandError(f"{file} cannot be written: {error.strerror}") from error

    async def known(self) -> str:
        """Empty where nobody knows."""
        try:
            return await self.seen()
        except CommandError:
            return await asyncio.to_thread(self._left)

    def _left(self) -> str:
        with contextlib.suppress(OSError, struct.error):  # the data are gone, or spoiled
            if self.plan.data is not None:
                number, form = _HEAD.unpack_from((self.plan.data / _CONTROL).read_bytes())
                if form in _FORMATS:
                    return str(number)
        try:
            return (self.plan.copies / _FILE).read_text(encoding="ascii")
        except OSError:
            return ""

    async def same(self, found: Mapping[str, Any], wanted: str) -> None:
        """Raise RefusedError for a backup of another system than `wanted`; else than the store."""
        held, store = str(found["system"]), self.plan.store
        if wanted and held != wanted:
            raise RefusedError(
                f"the backup {found['backup']} is of {held}, and not of {wanted}",
                f"write --system {held}, or another moment",
            )
        if wanted:
            return
        own = await self.known()
        if own == held:
            return
        anyway = f"where you want that, as after {store} was laid anew, add --system {held}"
        if own:
            raise RefusedError(
                f"the backup {found['backup']} is of another PostgreSQL, {held}, than {store} is,"
                f" {own}",
                f"{anyway}; else see whose backups lie there",
            )
        raise RefusedError(
            f"nobody knows which PostgreSQL {store} is: it does not answer, its data are not there,"
            f" and it was never seen; the backup {found['backup']} is of {held}",
            anyway,
        )
