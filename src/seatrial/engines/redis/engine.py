"""Redis: where its programs come from."""

from seatrial.contract.engine import Debian, Engine, StartCheck, VersionProbe

ENGINE = Engine(
    name="redis",
    title="Redis",
    programs=("redis-server", "redis-cli"),
    version=VersionProbe(argv=("redis-server", "--version"), pattern=r"v=(\d+(?:\.\d+)+)"),
    minimum="6.0",
    sources=(
        Debian(
            packages=("redis-server", "redis-tools"),
            programs={"redis-server": "usr/bin/redis-server", "redis-cli": "usr/bin/redis-cli"},
        ),
    ),
    start=StartCheck(
        argv=("redis-server", "--bind", "{address}", "--port", "{port}", "--dir", "{dir}"),
    ),
    image="docker.io/library/redis",
    tag="7.4",
    docs="https://redis.io/docs/",
)
