"""A restored copy's server, and commands as a Redis workload runs them in its own place."""

SEATRIAL = 15  # the number of the database that holds what is ours: the last of a server's own
MARK = "seatrial.history"  # the file in the data folder that says of which history the data are
# The password is in a file that only the workload's user reads: no list of processes shows it.
_CALL = (
    'file="$0" host="$1" port="$2"; shift 2; while read -r key value; do'
    ' if [ "$key" = requirepass ]; then REDISCLI_AUTH="$value"; export REDISCLI_AUTH; fi;'
    ' done < "$file"; exec redis-cli -h "$host" -p "$port" "$@"'
)


def command(*words: str) -> tuple[str, ...]:
    """One command of Redis as a command line; it ends with 0 even where Redis refuses it."""
    return ("sh", "-c", _CALL, "${self.dir}/redis.conf", "${self.address}", "${self.ports.redis}",
            *words)  # fmt: skip


def configuration(secret: str) -> str:
    """redis.conf of a copy, which writes nothing to the disk; where it listens its caller says."""
    guard = f"requirepass ${{secret.{secret}}}" if secret else "protected-mode no"
    return f'{guard}\nappendonly no\nsave ""\ndaemonize no\n'
