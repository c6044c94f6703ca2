"""HAProxy: where its program comes from. Only a store that fails over and a front need it."""

from seatrial.contract.engine import Debian, Engine, StartCheck, VersionProbe

ENGINE = Engine(
    name="haproxy",
    title="HAProxy",
    programs=("haproxy",),
    version=VersionProbe(argv=("haproxy", "-v"), pattern=r"HAProxy version (\d+(?:\.\d+)+)"),
    minimum="2.4",  # carries its own metrics
    sources=(Debian(packages=("haproxy",), programs={"haproxy": "usr/sbin/haproxy"}),),
    start=StartCheck(
        argv=("haproxy", "-db", "-f", "{dir}/check.cfg"),
        files={
            "check.cfg": "defaults\n    mode tcp\n    timeout connect 1s\n    timeout client 1s\n"
            "    timeout server 1s\nlisten check\n    bind {address}:{port}\n"
        },
    ),
    image="docker.io/library/haproxy",
    tag="3.0",
    utilities=("touch",),  # prepares the file of a front's orders
    asked_by="stores.NAME.failover or services.NAME.front",
    docs="https://docs.haproxy.org/",
)
