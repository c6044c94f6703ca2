"""Versity S3 Gateway: where its program comes from. Only backups that also lie elsewhere need it.

It keeps each object as a file of a folder, so that a drill can break one as a disk would.
"""

from seatrial.contract.engine import Engine, GoModule, StartCheck, VersionProbe

_MODULE = "github.com/versity/versitygw"
_VERSION = "1.8.0"

ENGINE = Engine(
    name="versitygw",
    title="Versity S3 Gateway",
    programs=("versitygw",),
    version=VersionProbe(
        argv=("versitygw", "--version"), pattern=r"[Vv]ersion *: *v?(\d+(?:\.\d+)+)"
    ),
    minimum="1.0",
    sources=(
        GoModule(
            module=_MODULE,
            version=f"v{_VERSION}",
            packages={"versitygw": f"{_MODULE}/cmd/versitygw"},
            recipe="seatrial.engines.versitygw",
            ldflags=("-X", f"main.Version={_VERSION}"),
        ),
    ),
    start=StartCheck(
        argv=("versitygw", "--port={address}:{port}", "posix", "--nometa", "{dir}"),
        env={"ROOT_ACCESS_KEY": "check", "ROOT_SECRET_KEY": "checked-once"},
    ),
    image=None,
    asked_by="stores.NAME.backup.also_in or services.NAME.backup.also_in",
    docs="https://github.com/versity/versitygw/wiki",
)
