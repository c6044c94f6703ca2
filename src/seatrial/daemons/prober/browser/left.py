"""What a failed run leaves for whoever looks at night: a picture and a few lines, one of each."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from playwright.async_api import Error, Locator, Page

FOLDER = "failed"
MOST = 2 << 20  # bytes of a picture
_PATIENCE = 3000.0  # milliseconds
_STRANGE = re.compile(r"[^a-z0-9-]+")


async def behind(
    page: Page, folder: Path, told: Mapping[str, Any], covered: Sequence[Locator]
) -> dict[str, str]:
    """Write what is `told` of a journey's last failure over the one before, and a picture.

    Where the picture is, if it is. What was filled in as a secret is `covered`. The files are their
    owner's alone.
    """
    into = folder / FOLDER
    name = _STRANGE.sub("-", str(told["journey"]))
    picture = b""
    with suppress(Error):  # a page that hangs has no picture
        picture = await page.screenshot(
            timeout=_PATIENCE, mask=list(covered), animations="disabled"
        )
    if len(picture) > MOST:
        picture = b""
    try:
        into.mkdir(mode=0o700, parents=True, exist_ok=True)
        _replace(into / f"{name}.json", json.dumps(told, indent=1).encode() + b"\n")
        if not picture:
            (into / f"{name}.png").unlink(missing_ok=True)  # another failure's
            return {}
        _replace(into / f"{name}.png", picture)
    except OSError as error:  # a disk that is full must not end the looking
        return {"picture": f"cannot be kept: {error.strerror}"}
    return {"picture": str(into / f"{name}.png")}


def _replace(path: Path, content: bytes) -> None:
    part = path.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(content)
    part.replace(path)
