"""pgBackRest: where its program comes from.

The project releases its sources only: who has no package of it builds it and puts it on PATH. Like
PostgreSQL it is linked against the system's libraries, so that packages of the machine's own suite
fit. It has no server that could be started without certificates: that it reads a configuration and
a repository shows that it runs.
"""

from seatrial.contract.engine import Debian, Engine, StartCheck, VersionProbe

ENGINE = Engine(
    name="pgbackrest",
    title="pgBackRest",
    programs=("pgbackrest",),
    version=VersionProbe(argv=("pgbackrest", "version"), pattern=r"pgBackRest (\d+(?:\.\d+)*)"),
    minimum="2.37",  # chooses the backup by the instant, and can leave a copy's archiving off
    sources=(Debian(packages=("pgbackrest",), programs={"pgbackrest": "usr/bin/pgbackrest"}),),
    start=StartCheck(
        argv=(),
        prepare=(
            (
                "pgbackrest",
                "--config={dir}/check.conf",
                "--stanza=check",
                "--repo1-path={dir}/repository",
                "--lock-path={dir}/locks",
                "--log-level-file=off",
                "info",
            ),
        ),
        files={"check.conf": "[check]\npg1-path={dir}/data\n"},
    ),
    image=None,
    docs="https://pgbackrest.org/",
)
