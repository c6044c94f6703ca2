"""Statements as a command that a PostgreSQL workload runs in its own place, as its owner."""

from seatrial.contract.placement import Endpoint
from seatrial.engines.postgres.workload import DATABASE, USER

# The password is in a file that only the workload's user reads: no list of processes shows it.
# The shell itself reads it: an image need not have `cat`.
_CALL = (
    'host="$1" port="$2" name="$3"; shift 3; IFS= read -r PGPASSWORD < "$0"; export PGPASSWORD; '
    'exec psql --host="$host" '
    f'--port="$port" --username={USER} --dbname="$name" --no-psqlrc --quiet '
    '--set=ON_ERROR_STOP=1 "$@"'
)


def command(
    *statements: str, at: Endpoint | None = None, database: str = DATABASE
) -> tuple[str, ...]:
    """The command; each statement is sent on its own, all of them in one session.

    The server is the workload's own, or one `at` another place, whose password lies in a file of
    the same name.
    """
    words = tuple(f"--command={each}" for each in statements)
    place = ("${self.address}", "${self.ports.sql}") if at is None else (at.host, str(at.port))
    given = ("${self.dir}/password", *place, database)
    return ("sh", "-c", _CALL, *given, *words)
