"""Who seals is given what describes the system, and its secrets: known when all else is planned.

A capability cannot ask for it: which secrets there are follows from what all of them render.
"""

import base64
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from seatrial.app.loaded import loaded
from seatrial.contract.output import File, Workload
from seatrial.contract.sealing import DESCRIBED, SECRETS, is_sealed
from seatrial.system.model import System


def described(
    path: Path, system: System, named: Mapping[str, Mapping[str, str]]
) -> dict[str, bytes]:
    """All that planning reads of the user's, as it lies there, by path relative to the folder.

    That is the system's file with what it includes, what services name, and what sections name
    (`named`, by capability). Raises OSError for what has gone since it was read.
    """
    home = path.parent.resolve()
    included = (str(each.resolve().relative_to(home)) for each in loaded(path).files[1:])
    services = (name for each in system.services.values() for name in each.files.values())
    sections = (name for texts in named.values() for name in texts)
    names = sorted({path.name, *included, *services, *sections})
    return {str(Path(name)): (home / name).read_bytes() for name in names}


def given(
    found: Iterable[Workload],
    secrets: Iterable[str],
    texts: Callable[[], Mapping[str, bytes]],
    about: Mapping[str, str],
) -> list[Workload]:
    """The workloads, those that seal with all of it; `about` is system, file and runtime."""
    names = tuple(sorted(each for each in secrets if is_sealed(each)))
    return [_given(each, names, texts(), about) if each.seals else each for each in found]


def _given(
    workload: Workload, names: tuple[str, ...], texts: Mapping[str, bytes], about: Mapping[str, str]
) -> Workload:
    # In Base64: a text of the user's is full of what would be taken for placeholders of ours.
    files = {name: base64.b64encode(text).decode() for name, text in texts.items()}
    content = {**about, "files": files, "secrets": names}
    return replace(
        workload,
        files=(
            *workload.files,
            File(
                path=DESCRIBED,
                text=json.dumps(content, indent=1, sort_keys=True) + "\n",
                why="what describes the system, to be sealed",
                secret=True,
            ),
            *(
                File(
                    path=f"{SECRETS}/{name}",
                    text=f"${{secret.{name}}}",
                    why="a secret of the system, to be sealed",
                    secret=True,
                )
                for name in names
            ),
        ),
        secrets=tuple(dict.fromkeys((*workload.secrets, *names))),
    )
