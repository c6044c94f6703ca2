"""PostgreSQL exporter: where its program comes from."""

from seatrial.contract.engine import Debian, Engine, Release, StartCheck, VersionProbe

ENGINE = Engine(
    name="postgres_exporter",
    title="PostgreSQL exporter",
    programs=("postgres_exporter",),
    aliases={"postgres_exporter": ("prometheus-postgres-exporter",)},
    version=VersionProbe(
        argv=("postgres_exporter", "--version"), pattern=r"version v?(\d+(?:\.\d+)+)"
    ),
    minimum="0.15",
    sources=(
        Release(
            url=(
                "https://github.com/prometheus-community/postgres_exporter/releases/download/v{version}/"
                "postgres_exporter-{version}.linux-{arch}.tar.gz"
            ),
            sums_url=(
                "https://github.com/prometheus-community/postgres_exporter/releases/download/v{version}/"
                "sha256sums.txt"
            ),
            version="0.17.1",
        ),
        Debian(
            packages=("prometheus-postgres-exporter",),
            programs={"postgres_exporter": "usr/bin/prometheus-postgres-exporter"},
            suites=("trixie", ""),
        ),
    ),
    start=StartCheck(
        argv=("postgres_exporter", "--web.listen-address={address}:{port}"),
        env={"DATA_SOURCE_NAME": "postgresql://nobody@{address}:1/none?sslmode=disable"},
    ),
    image="quay.io/prometheuscommunity/postgres-exporter",
    docs="https://github.com/prometheus-community/postgres_exporter",
)
