"""How the members of a cluster archive their log, whichever of them is the primary.

A file beside `patroni.yml`, with which it counts as one. `archive_mode` takes a restart of each
member. Texts hold `${self...}` for the runtime.
"""

from seatrial.engines.documents import to_yaml

NONE = to_yaml({"postgresql": {"parameters": {"archive_mode": "off"}}})
PROMOTED = "promoted.sh"
DUPLICATE = 45  # as pgBackRest says that another segment of that name is there already
# Patroni calls it with the member's folder, what happened, and what the member is now.
_PROMOTED = """\
# What the primary before had full and not archived yet, a standby counts as archived: it is lost
# with that one. So whoever is promoted archives what it has of the time before, the newest first.
# What is there already stays as it is.
case "$3" in primary|master) ;; *) exit 0 ;; esac
cd "$1/data" || exit 1
segment='s/^\\([0-9A-F]\\{{24\\}}\\)\\.done$/\\1/p'
for each in $(ls pg_wal/archive_status | sed -n "$segment" | sort -r); do
    tries=60
    while [ -e "pg_wal/$each" ] && [ "$tries" -gt 0 ]; do
        {command}
        case $? in 0|{duplicate}) break ;; esac
        tries=$((tries - 1))
        sleep 5
    done
done
"""


def text(*, archive: str, restore: str, timeout: int) -> str:
    """The file: commands as the server runs them, and after how many seconds a segment is closed.

    `restore` is asked by who lags behind, and by who comes back, for what streams no more.
    """
    own = "${self.dir}"
    return to_yaml(
        {
            "postgresql": {
                "parameters": {
                    "archive_mode": "on",
                    "archive_command": archive,
                    "archive_timeout": timeout,
                },
                "recovery_conf": {"restore_command": restore},
                "callbacks": {"on_role_change": f"sh {own}/{PROMOTED} {own}"},
            }
        }
    )


def promoted(archive: str) -> str:
    """The script PROMOTED; `archive` is the command, with `%p` for the segment."""
    command = archive.replace("%p", '"pg_wal/$each"')
    return _PROMOTED.format(command=command, duplicate=DUPLICATE)
