"""The text of the Dockerfiles that seatrial writes. Pure.

Format: the Dockerfile reference of Docker.
"""

import json
from collections.abc import Mapping, Sequence

from seatrial.runtimes.compose.images.tree import ROOT

# what ld.so(8) is told by variables, and how the daemons know what the image says of them
LOADER, KEPT = ("LD_PRELOAD", "LD_LIBRARY_PATH", "LD_AUDIT"), "SEATRIAL_KEPT_"
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


def text(
    why: str,
    *,
    user: int,
    path: str = "",
    env: Mapping[str, str] | None = None,
    labels: Mapping[str, str] | None = None,
    run: Sequence[str] = (),
    base: str = "scratch",
) -> str:
    """An image of nothing but files, and those of its `base`, run by an ordinary user.

    `path` are folders of programs before the usual ones. There is no command: whoever starts it
    says what to run. `run` is a command of the image itself that completes it.
    """
    found = {"PATH": f"{path}:{_PATH}" if path else _PATH, **(env or {})}
    return "\n".join(
        (
            f"# Written by seatrial: {why}",
            f"FROM {base}",
            f"COPY {ROOT}/ /",
            f"ENV {_pairs(found)}",
            *([f"RUN {json.dumps(list(run))}"] if run else []),
            *([f"LABEL {_pairs(labels)}"] if labels else []),
            f"USER {user}:{user}",
            "WORKDIR /tmp",
            "",
        )
    )


def joined(why: str, *, ours: str, base: str, place: str, labels: Mapping[str, str]) -> str:
    """Another image as it is, its user and its words included, and all of ours below a place."""
    return "\n".join(
        (
            f"# Written by seatrial: {why}",
            f"FROM {ours} AS ours",
            f"FROM {base}",
            f"COPY --from=ours / /{place}/",
            # what their loader is told to load is not for ours
            "ENV " + " ".join(f'{KEPT}{each}="${{{each}}}"' for each in LOADER),
            f"ENV {' '.join(f'{each}=' for each in LOADER)}",
            f"LABEL {_pairs(labels)}",
            "",
        )
    )


def _pairs(values: Mapping[str, str]) -> str:
    return " ".join(f"{key}={json.dumps(value)}" for key, value in sorted(values.items()))
