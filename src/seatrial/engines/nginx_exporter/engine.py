"""NGINX exporter: where its program comes from."""

from seatrial.contract.engine import Debian, Engine, Release, StartCheck, VersionProbe

ENGINE = Engine(
    name="nginx_exporter",
    title="NGINX exporter",
    programs=("nginx-prometheus-exporter",),
    aliases={"nginx-prometheus-exporter": ("prometheus-nginx-exporter",)},
    version=VersionProbe(
        argv=("nginx-prometheus-exporter", "--version"), pattern=r"version v?(\d+(?:\.\d+)+)"
    ),
    minimum="0.11",
    sources=(
        Release(
            url=(
                "https://github.com/nginx/nginx-prometheus-exporter/releases/download/v{version}/"
                "nginx-prometheus-exporter_{version}_linux_{arch}.tar.gz"
            ),
            sums_url=(
                "https://github.com/nginx/nginx-prometheus-exporter/releases/download/v{version}/"
                "nginx-prometheus-exporter_{version}_checksums.txt"
            ),
            version="1.4.1",
            strip=0,
        ),
        Debian(
            packages=("prometheus-nginx-exporter",),
            programs={"nginx-prometheus-exporter": "usr/bin/prometheus-nginx-exporter"},
            suites=("trixie", ""),
        ),
    ),
    start=StartCheck(
        argv=(
            "nginx-prometheus-exporter",
            "--web.listen-address={address}:{port}",
            "--nginx.scrape-uri=http://{address}:1/stub_status",
        ),
    ),
    image="docker.io/nginx/nginx-prometheus-exporter",
    tag="{version}",
    docs="https://github.com/nginx/nginx-prometheus-exporter",
)
