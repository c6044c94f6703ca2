"""Statements as a command that a PostgreSQL workload runs in its own place, as its owner."""

from seatrial.engines.postgres.workload import DATABASE, USER

# The password is in a file that only the workload's user reads: no list of processes shows it.
_CALL = (
    'host="$1" port="$2"; shift 2; PGPASSWORD="$(cat "$0")" exec psql --host="$host" '
    f'--port="$port" --username={USER} --dbname={DATABASE} --no-psqlrc --quiet '
    '--set=ON_ERROR_STOP=1 "$@"'
)


def command(*statements: str) -> tuple[str, ...]:
    """The command; each statement is sent on its own, all of them in one session."""
    words = tuple(f"--command={each}" for each in statements)
    given = ("${self.dir}/password", "${self.address}", "${self.ports.sql}")
    return ("sh", "-c", _CALL, *given, *words)
