"""MySQL exporter: where its program comes from."""

from seatrial.contract.engine import Debian, Engine, Release, StartCheck, VersionProbe

ENGINE = Engine(
    name="mysqld_exporter",
    title="MySQL exporter",
    programs=("mysqld_exporter",),
    aliases={"mysqld_exporter": ("prometheus-mysqld-exporter",)},
    version=VersionProbe(
        argv=("mysqld_exporter", "--version"), pattern=r"version v?(\d+(?:\.\d+)+)"
    ),
    minimum="0.15",  # before, it took its password in an address alone
    sources=(
        Release(
            url=(
                "https://github.com/prometheus/mysqld_exporter/releases/download/v{version}/"
                "mysqld_exporter-{version}.linux-{arch}.tar.gz"
            ),
            sums_url=(
                "https://github.com/prometheus/mysqld_exporter/releases/download/v{version}/"
                "sha256sums.txt"
            ),
            version="0.17.2",
        ),
        Debian(
            packages=("prometheus-mysqld-exporter",),
            programs={"mysqld_exporter": "usr/bin/prometheus-mysqld-exporter"},
            suites=("trixie",),
        ),
    ),
    start=StartCheck(
        argv=(
            "mysqld_exporter",
            "--web.listen-address={address}:{port}",
            "--mysqld.address={address}:1",
            "--mysqld.username=nobody",
        ),
        env={"MYSQLD_EXPORTER_PASSWORD": "none"},
    ),
    image="quay.io/prometheus/mysqld-exporter",
    docs="https://github.com/prometheus/mysqld_exporter",
)
