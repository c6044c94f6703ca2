"""What hands can do to a member, as commands that run in its place, as its user.

`$0` is the member's folder. Processes are found by what they are, and noted in `$0/stopped`, so
that those which were stopped go on, and no others.
"""

import re

from seatrial.engines.patroni.fence import ORDERED
from seatrial.engines.patroni.workload import FOLDER

_DIR = "${self.dir}"
# Of a process: its own command line must not name what is looked for, or it would find itself. A
# container's first process has the words of the one that it starts, and cannot be stopped.
_KEEPER = f'[ "$each" != /proc/1 ] && grep -qs "$0/{FOLDER[:-1]}[{FOLDER[-1]}]" "$each/cmdline"'
_SENDER = (
    'grep -qs "^PPid:[[:space:]]*$(head -n 1 "$0/data/postmaster.pid")$" "$each/status"'
    ' && grep -qs "wal[s]ender" "$each/cmdline"'
)
_LOCK = "$0/.s.PGSQL.${self.ports.sql}.lock"
_PROMOTE = 'exec pg_ctl promote --pgdata="$0/data" --no-wait'
_STOPPED = (
    'read -r each 2> /dev/null < "$0/stopped" && each="/proc/$each"'
    ' && grep -qs "^State:[[:space:]]*T" "$each/status"'
)


_SHUT = re.compile(
    r"^Database cluster state:\s+shut down( in recovery)?$.*"
    r"^Latest checkpoint location:\s+([0-9A-F]+)/([0-9A-F]+)$",
    re.MULTILINE | re.DOTALL,
)


def _run(script: str) -> tuple[str, ...]:
    return ("sh", "-c", script, _DIR)


def _stop(which: str, then: str = "true") -> tuple[str, ...]:
    found = f'for each in /proc/[0-9]*; do {which} && echo "${{each#/proc/}}"; done > "$0/stopped"'
    return _run(f'{found}; kill -STOP $(cat "$0/stopped") && {then}')


# The server alone, as when the kernel takes it: the first line is its process's number. It cannot
# be started again until UNCRASH: it finds a folder where it keeps the lock of its socket. Else its
# Patroni would start it anew where the standby has not answered within 2 s, as on a busy machine.
# What repairs a server that crashed, and rewinds it, opens no socket, and is not hindered.
CRASH = _run(
    f'rm -f "{_LOCK}"; mkdir -p "{_LOCK}" && kill -9 "$(head -n 1 "$0/data/postmaster.pid")"'
)
UNCRASH = _run(f'[ ! -d "{_LOCK}" ] || rmdir "{_LOCK}"')

# How many segments of the log are full, and not archived.
UNSENT = _run('set -- "$0"/data/pg_wal/archive_status/*.ready; [ -e "$1" ] || shift; echo $#')

# What streams the log to the standbys stands still; undone by GO_ON.
STALL = _stop(_SENDER)
GO_ON = _run('kill -CONT $(cat "$0/stopped") 2> /dev/null; rm -f "$0/stopped"')

# What would close the server of a member hangs, the server does not; undone by GO_ON.
HANG = _stop(_KEEPER)

# The server is promoted by hand, while its Patroni hangs, which would demote it at once. Undone by
# REJOIN: what it wrote beside the primary nobody may ever read, so that it is copied anew. Only
# while Patroni hangs: it cannot have become the primary meanwhile.
PROMOTE = _stop(_KEEPER, _PROMOTE)
REJOIN = _run(
    f'{_STOPPED} && {_KEEPER} || {{ rm -f "$0/stopped"; exit 0; }};'
    ' pg_ctl stop --pgdata="$0/data" --mode=immediate; pg_ctl status --pgdata="$0/data";'
    ' [ $? = 3 ] && rm -rf "$0"/data/* && kill -CONT "${each#/proc/}" && rm -f "$0/stopped"'
)

# Whoever was promoted by order has obeyed it: the next promotion is not by that order.
OBEYED = _run(f'rm -f "$0/{ORDERED}"')

# Where a server's log ends that is not running: `shut` reads it.
CONTROL = _run('LC_ALL=C exec pg_controldata "$0/data"')


def shut(said: str) -> int | None:
    """How far a server's log went when it was shut down, in bytes; None where it was not.

    Whoever has replayed its last checkpoint is beyond that. `said` is the output of CONTROL:
    https://www.postgresql.org/docs/15/app-pgcontroldata.html.
    """
    found = _SHUT.search(said)
    return (int(found[2], 16) << 32) + int(found[3], 16) + 1 if found else None
