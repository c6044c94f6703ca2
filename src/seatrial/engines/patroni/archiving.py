"""How the members of a cluster archive their log, whichever of them is the primary.

A file beside `patroni.yml`, with which it counts as one. `archive_mode` takes a restart of each
member. Texts hold `${self...}` for the runtime.
"""

from collections.abc import Sequence

from seatrial.contract.placement import Endpoint
from seatrial.engines.documents import to_yaml
from seatrial.engines.tuning import USER

NONE = to_yaml({"postgresql": {"parameters": {"archive_mode": "off"}}})
LED, PROMOTED, REWOUND = "led.sh", "promoted.sh", "rewound.sh"
DUPLICATE = 45  # as pgBackRest says that another segment of that name is there already
# The server calls it with a segment, or with the history of a timeline: nothing of that timeline is
# archived before its history is. Patroni does, too, with what a member had ready that comes back.
_LED = """\
# A timeline counts once the store's own address leads to the member that has begun it. One that was
# promoted beside the cluster must leave no history behind: every member would follow it, and none
# could be started again.
leads() {{
    found="$(timeout 5 psql --no-psqlrc --quiet --tuples-only --no-align --username={user} \\
        --dbname=postgres --host={host} --port={port} \\
        --command="SELECT host(inet_server_addr())" 2> /dev/null)"
    [ "$found" = "${{self.address}}" ]
}}
PGCONNECT_TIMEOUT=2 PGPASSWORD="$(cat ${{self.dir}}/password)"
export PGCONNECT_TIMEOUT PGPASSWORD
case "$1" in
*.history)
    tries=15
    {stops} && tries=1 ;;  # nobody is led to it any more
*)  # what sends may send all that is ready: with a segment that history, which nobody has let out
    ls ${{self.dir}}/data/pg_wal/archive_status | grep -q '\\.history\\.ready$' || exit 0
    tries=1 ;;
esac
until leads; do
    tries=$((tries - 1))
    if [ "$tries" -le 0 ]; then
        echo "the store's address does not lead here: $1 is not archived" >&2
        exit 1
    fi
    sleep 1
done
case "$1" in *.history) ;; *) exit 0 ;; esac
# Both regions number their timelines, and one that is cut off does not see what the other one has.
# A repository takes a second history of a number for the first one, and loses it.
name="${{1##*/}}" kept="${{self.dir}}/tmp/known.$$"  # several may run
trap 'rm -f "$kept"' EXIT
trap 'exit 1' TERM INT
known() {{
    rm -f "$kept"
    case "$1" in
{commands}
    esac
}}
for number in {numbers}; do
    if known "$number" > /dev/null 2>&1 && [ "$(cat "$kept")" != "$(cat "$1")" ]; then
        echo "another $name is archived: nothing of this timeline is, until that is moved aside" >&2
        exit 1
    fi
done
"""
# The server calls it while it replays, and whoever rewinds it while it is stopped.
_REWOUND = """\
# Where another region writes into the archive, too, a server that replays from there would follow
# what nobody has let in. Who is rewound needs what lies further back than the member keeps.
server="$(head -n 1 ${{self.dir}}/data/postmaster.pid 2> /dev/null)"
[ -n "$server" ] && kill -0 "$server" 2> /dev/null && exit 1
name="$1" kept="$2"
{get}
"""
_WHEN = ("on_role_change", "on_start")
# Patroni calls it with the member's folder, what happened, and what the member is now.
_PROMOTED = """\
# What the primary before had full and not archived yet, a standby counts as archived: it is lost
# with that one. So whoever is promoted archives what it has of the time before, the newest first;
# and the histories, for a restore finds the newest timeline by counting on from its own.
# What is there already stays as it is. It is tried until it is done: nobody else would do it, and
# who is started anew begins again. Each repository has it by itself: one may be away.
case "$3" in primary|master) ;; *) exit 0 ;; esac
own="$1"
cd "$own/data" || exit 1
segment='s/^\\([0-9A-F]\\{{24\\}}\\)\\.done$/\\1/p'
history='s/^\\([0-9A-F]\\{{8\\}}\\.history\\)\\.done$/\\1/p'
has() {{ ls pg_wal/archive_status | sed -n "$1" | sort -r; }}
archived() {{
    for each in $(has "$2"); do
        while [ -e "pg_wal/$each" ]; do
            case "$each" in
            *.history) sh "$own/{led}" "pg_wal/$each" || {{ sleep 5; continue; }} ;;
            esac
            case "$1" in
{commands}
            esac
            case $? in 0|{duplicate}) break ;; esac
            sleep 5
        done
    done
}}
# a history that nobody lets out keeps no segment back
for number in {numbers}; do
    archived "$number" "$history" &
    archived "$number" "$segment" &
done
wait
"""


def text(*, push: str, back: str, last: str, restore: str, timeout: int) -> str:
    """The file: commands as the server runs them, and after how many seconds a segment is closed.

    `push` has `%p` for the segment; it follows LED within one command, because pgBackRest takes no
    backup of a server whose own it does not find there. `back` stands for it where Patroni calls
    it, before who comes back follows, and `last` where the server stops, if both are another:
    neither must wait for a repository that is away. `restore` is asked by who lags behind, and by
    who comes back, for what streams no more.
    """
    own = "${self.dir}"
    # The server names a segment from its folder on, Patroni from the root on. A server that stops
    # tries thrice, and waits each time: it leaves what it has to its next start, or its successor.
    final = f"if {_stops()}; then {last}; false; else {push}; fi"
    sent = push if back == push else f"case %p in /*) {back} ;; *) {final} ;; esac"
    return to_yaml(
        {
            "postgresql": {
                "parameters": {
                    "archive_mode": "on",
                    "archive_command": f"sh {own}/{LED} %p && {sent}",
                    "archive_timeout": timeout,
                },
                "recovery_conf": {"restore_command": restore},
                "callbacks": dict.fromkeys(_WHEN, f"sh {own}/{PROMOTED} {own}"),
            }
        }
    )


def _stops(data: str = "") -> str:
    """Whether the server stops: https://www.postgresql.org/docs/15/storage-file-layout.html.

    The eighth line of that file is how it does. Commands run in the folder of the `data`.
    """
    return f"sed -n 8p {data}postmaster.pid 2> /dev/null | grep -q stopping"


def led(store: Endpoint, gets: Sequence[str]) -> str:
    """The script LED; the store's address leads to whoever Patroni says is the primary.

    `gets` are the commands, with `%f` and `%p`, by which each repository is asked for a file.
    """
    asks = _numbered([_asked(each) for each in gets])
    return _LED.format(
        user=USER, host=store.host, port=store.port, stops=_stops("${self.dir}/data/"), **asks
    )


def rewound(get: str) -> tuple[str, str]:
    """The script REWOUND, which gets a file by this command, and how the server calls it."""
    return _REWOUND.format(get=_asked(get)), f'sh ${{self.dir}}/{REWOUND} %f "%p"'


def _asked(get: str) -> str:
    return get.replace("%f", '"$name"').replace("%p", "$kept")


def promoted(pushes: Sequence[str]) -> str:
    """The script PROMOTED; by these commands, `%p` for the segment, each repository has it."""
    commands = [each.replace("%p", '"pg_wal/$each"') for each in pushes]
    return _PROMOTED.format(led=LED, duplicate=DUPLICATE, **_numbered(commands, indent=12))


def _numbered(commands: Sequence[str], *, indent: int = 4) -> dict[str, str]:
    """The branches of a `case`, one for each repository, and their numbers."""
    found = dict(enumerate(commands, 1))
    return {
        "commands": "\n".join(f"{' ' * indent}{key}) {each} ;;" for key, each in found.items()),
        "numbers": " ".join(str(each) for each in found),
    }
