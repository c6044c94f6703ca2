"""restic: where its program comes from.

It serves nothing: that it makes a repository and reads it shows that it runs.
"""

from seatrial.contract.engine import Debian, Engine, StartCheck, VersionProbe

_NEW = ("restic", "--no-cache", "--repo={dir}/repository", "--password-file={dir}/password")

ENGINE = Engine(
    name="restic",
    title="restic",
    programs=("restic",),
    version=VersionProbe(argv=("restic", "version"), pattern=r"restic (\d+(?:\.\d+)+)"),
    minimum="0.14",  # keeps the newest of each hour and day within a time
    sources=(Debian(packages=("restic",), programs={"restic": "usr/bin/restic"}),),
    start=StartCheck(
        argv=(),
        prepare=((*_NEW, "init"), (*_NEW, "snapshots")),
        files={"password": "check\n"},
    ),
    image=None,
    asked_by="services.NAME.backup or stores.NAME.backup.also_in",
    docs="https://restic.net/",
)
