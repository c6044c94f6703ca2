"""What the members of a cluster call: their configuration is named by a variable of theirs."""

from collections.abc import Mapping

from seatrial.engines.pgbackrest.config import STANZA

_PATIENCE = 10  # seconds; a promotion asks a few times, and must not wait for who is away


def environment(config: str) -> Mapping[str, str]:
    """What names the configuration: https://pgbackrest.org/command.html#introduction."""
    return {"PGBACKREST_CONFIG": config}


def push(data: str) -> str:
    """What the server runs for each segment, in its `data` folder."""
    return f"pgbackrest --stanza={STANZA} --pg1-path={data} archive-push %p"


def get(data: str) -> str:
    """What it runs for a segment that it lacks; given up after some seconds, as if not there."""
    own = f"--stanza={STANZA} --pg1-path={data}"
    return f'timeout {_PATIENCE} pgbackrest {own} archive-get %f "%p"'
