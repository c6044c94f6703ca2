"""Patroni: where its program comes from. Only a store that fails over needs it."""

from seatrial.contract.engine import Engine, PythonEnvironment, StartCheck, VersionProbe

ENGINE = Engine(
    name="patroni",
    title="Patroni",
    programs=("patroni",),
    version=VersionProbe(argv=("patroni", "--version"), pattern=r"patroni (\d+(?:\.\d+)+)"),
    minimum="4.0",  # its REST speaks of a primary, not of a master
    sources=(
        PythonEnvironment(
            package="patroni",
            version="4.1.5",
            programs={"patroni": "patroni.__main__:main"},
            recipe="seatrial.engines.patroni",
            built=("python-etcd",),
        ),
    ),
    # It serves nothing before it has reached etcd. This loads the driver of PostgreSQL, and says so
    # where it cannot.
    start=StartCheck(argv=(), prepare=(("patroni", "--generate-sample-config", "{dir}/sample"),)),
    image=None,
    utilities=(
        *("sh", "cat", "head"),  # its program is a script, and so is what makes the database
        *("grep", "mkdir", "rm", "rmdir"),  # hands.py
        *("ls", "sed", "sort", "sleep"),  # archiving.py
        *("find", "timeout"),  # fence.py
    ),
    asked_by="stores.NAME.failover",
    docs="https://patroni.readthedocs.io/",
)
