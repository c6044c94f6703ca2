"""PostgreSQL: where its programs come from.

The server finds its shared files relative to its own place, so an unpacked tree runs anywhere.
It is linked against the system's libraries: only packages of the machine's own suite fit.
"""

from seatrial.contract.engine import Debian, Engine, StartCheck, VersionProbe

_BIN = "usr/lib/postgresql/*/bin"
_PROGRAMS = (
    *("postgres", "initdb", "pg_ctl", "psql", "pg_isready"),
    # who follows a primary, and who comes back to one
    *("pg_basebackup", "pg_rewind", "pg_controldata"),
    "pg_waldump",  # what took rows away, by the log
)

ENGINE = Engine(
    name="postgres",
    title="PostgreSQL",
    programs=_PROGRAMS,
    folders=(f"/{_BIN}", "/usr/pgsql-*/bin"),
    version=VersionProbe(argv=("postgres", "--version"), pattern=r"PostgreSQL\) (\d+(?:\.\d+)*)"),
    minimum="13",
    sources=(
        Debian(
            versioned=("postgresql", "postgresql-client"),
            programs={program: f"{_BIN}/{program}" for program in _PROGRAMS},
            modules=("usr/lib/postgresql/*/lib/*.so",),
            # Compiled queries need LLVM, five times the size of the server itself. Without the
            # module the server interprets, which it does for short queries anyway.
            drop=("usr/lib/postgresql/*/lib/llvmjit*", "usr/lib/postgresql/*/lib/bitcode"),
        ),
    ),
    start=StartCheck(
        prepare=(
            ("initdb", "--pgdata={dir}/data", "--auth=trust", "--no-sync", "--username=check"),
        ),
        argv=(
            "postgres",
            "-D",
            "{dir}/data",
            "-c",
            "listen_addresses={address}",
            "-c",
            "port={port}",
            "-c",
            "unix_socket_directories={dir}",
        ),
    ),
    image="docker.io/library/postgres",
    tag="17",
    utilities=("sh",),  # initdb and pg_ctl
    docs="https://www.postgresql.org/docs/",
)
