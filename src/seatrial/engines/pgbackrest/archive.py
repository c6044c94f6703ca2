"""What the members of a cluster call: their configuration is named by a variable of theirs."""

from collections.abc import Mapping

from seatrial.engines.pgbackrest.config import STANZA

_BRIEF = 5  # seconds
_PATIENCE = 10  # seconds; a promotion asks a few times, and must not wait for who is away


def environment(config: str) -> Mapping[str, str]:
    """What names the configuration: https://pgbackrest.org/command.html#introduction."""
    return {"PGBACKREST_CONFIG": config}


def push(data: str, config: str = "") -> str:
    """What the server runs for each segment, in its `data` folder.

    With a `config` of its own it sends this segment alone, and ends when that is done.
    """
    own = f"--config={config} --no-archive-async " if config else ""
    return f"pgbackrest {own}--stanza={STANZA} --pg1-path={data} archive-push %p"


def briefly(push: str) -> str:
    """The same, given up after a few seconds: many segments may wait, and somebody for them."""
    return f"timeout {_BRIEF} {push}"


def get(data: str, repository: int = 1) -> str:
    """What it runs for a segment that it lacks; given up after some seconds, as if not there.

    One repository is asked alone: another one, in another region, may be away.
    """
    own = f"--stanza={STANZA} --repo={repository} --pg1-path={data}"
    return f'timeout {_PATIENCE} pgbackrest {own} archive-get %f "%p"'
