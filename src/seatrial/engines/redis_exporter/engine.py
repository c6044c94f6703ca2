"""Redis exporter: where its program comes from."""

from seatrial.contract.engine import Debian, Engine, Release, StartCheck, VersionProbe

ENGINE = Engine(
    name="redis_exporter",
    title="Redis exporter",
    programs=("redis_exporter",),
    aliases={"redis_exporter": ("prometheus-redis-exporter",)},
    version=VersionProbe(
        argv=("redis_exporter", "--version"), pattern=r"Exporter v?(\d+(?:\.\d+)+)"
    ),
    minimum="1.45",
    sources=(
        Release(
            url=(
                "https://github.com/oliver006/redis_exporter/releases/download/v{version}/"
                "redis_exporter-v{version}.linux-{arch}.tar.gz"
            ),
            sums_url=(
                "https://github.com/oliver006/redis_exporter/releases/download/v{version}/"
                "sha256sums.txt"
            ),
            version="1.69.0",
        ),
        Debian(
            packages=("prometheus-redis-exporter",),
            programs={"redis_exporter": "usr/bin/prometheus-redis-exporter"},
            suites=("trixie", ""),
        ),
    ),
    start=StartCheck(
        argv=("redis_exporter", "--web.listen-address={address}:{port}"),
    ),
    image="docker.io/oliver006/redis_exporter",
    calls={"redis_exporter": "/redis_exporter"},
    docs="https://github.com/oliver006/redis_exporter",
)
