"""kube-apiserver and the etcd that it keeps its objects in: where they come from."""

from seatrial.contract.engine import Engine, GoModule, StartCheck, VersionProbe

_VERSION = "1.37.2"
_STAMP = "k8s.io/component-base/version"
_MAJOR, _MINOR, _ = _VERSION.split(".")

# Its go.mod repeats the `replace` lines of Kubernetes's own, whose folders no other module sees.
SERVER = Engine(
    name="kube-apiserver",
    title="Kubernetes API server",
    programs=("kube-apiserver", "etcd"),
    version=VersionProbe(
        argv=("kube-apiserver", "--version"), pattern=r"Kubernetes v(\d+(?:\.\d+)+)"
    ),
    minimum=_VERSION,
    sources=(
        GoModule(
            module="k8s.io/kubernetes",
            version=f"v{_VERSION}",
            packages={
                "kube-apiserver": "k8s.io/kubernetes/cmd/kube-apiserver",
                "etcd": "go.etcd.io/etcd/server/v3",
            },
            recipe="scripts.apiserver",
            # unstamped it takes itself for a version without any API
            ldflags=(
                *("-X", f"{_STAMP}.gitVersion=v{_VERSION}"),
                *("-X", f"{_STAMP}.gitMajor={_MAJOR}", "-X", f"{_STAMP}.gitMinor={_MINOR}"),
            ),
        ),
    ),
    # the server itself needs an etcd that runs: the test starts both
    start=StartCheck(
        argv=(
            "etcd",
            "--data-dir={dir}/etcd",
            "--listen-client-urls=http://{address}:{port}",
            "--advertise-client-urls=http://{address}:{port}",
            "--listen-peer-urls=http://{address}:0",
        ),
    ),
    image=None,
    docs="https://kubernetes.io/docs/reference/command-line-tools-reference/kube-apiserver/",
)
