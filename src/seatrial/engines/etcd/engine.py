"""etcd: where its programs come from.

Only a store that fails over needs it: its members agree on who is the primary.
"""

from seatrial.contract.engine import Debian, Engine, StartCheck, VersionProbe

ENGINE = Engine(
    name="etcd",
    title="etcd",
    programs=("etcd", "etcdctl"),
    version=VersionProbe(argv=("etcd", "--version"), pattern=r"etcd Version: (\d+(?:\.\d+)+)"),
    minimum="3.4",  # its gateway answers under /v3, where Patroni asks
    sources=(
        Debian(
            packages=("etcd-server", "etcd-client"),
            programs={"etcd": "usr/bin/etcd", "etcdctl": "usr/bin/etcdctl"},
        ),
    ),
    start=StartCheck(
        argv=(
            "etcd",
            "--data-dir={dir}/data",
            "--listen-client-urls=http://{address}:{port}",
            "--advertise-client-urls=http://{address}:{port}",
            # The kernel chooses: the check waits for one port, and the member has no others.
            "--listen-peer-urls=http://{address}:0",
            "--log-level=error",
        ),
    ),
    image="quay.io/coreos/etcd",
    tag="v3.5.21",
    asked_by="stores.NAME.failover",
    docs="https://etcd.io/docs/",
)
