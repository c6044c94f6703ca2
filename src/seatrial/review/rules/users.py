"""Users and privileges: what a break-in into one container reaches."""

from collections.abc import Iterator

from seatrial.review.lines import compose, container, pod
from seatrial.review.products import Kind, recognise
from seatrial.review.risk import Risk
from seatrial.review.rule import Rule, Seen, seen
from seatrial.review.subject import Source, Subject, exposed
from seatrial.system.importers.sketch import Container

_DANGEROUS = frozenset(
    {"ALL", "SYS_ADMIN", "SYS_PTRACE", "SYS_MODULE", "SYS_RAWIO", "DAC_READ_SEARCH", "NET_ADMIN",
     "BPF", "SYS_BOOT", "MAC_ADMIN"}
)  # fmt: skip
_HOST_FOLDERS = ("/etc", "/root", "/proc", "/sys", "/dev", "/boot", "/usr", "/var/lib/docker",
                 "/var/lib/kubelet", "/var/run", "/run", "/home")  # fmt: skip
_SYSTEM_FILES = frozenset({"/etc/localtime", "/etc/timezone", "/etc/ssl", "/etc/letsencrypt"})
_ROOT = frozenset({"0", "root", "0:0", "root:root"})


def _is_root(each: Container) -> bool:
    return (each.confinement.user or "") in _ROOT or (
        each.confinement.user is None and each.confinement.non_root is False
    )


def _root(subject: Subject) -> Iterator[Seen]:
    for each in subject.containers:
        if _is_root(each):
            yield seen(each, "user", f"{each.name} runs as root because the file says so")


def _unsaid(subject: Subject) -> Iterator[Seen]:
    for each in subject.own():
        confined = each.confinement
        if confined.user is None and confined.non_root is None and not confined.privileged:
            yield seen(each, "", f"{each.name} runs as the image's user, which is mostly root")


def _privileged(subject: Subject) -> Iterator[Seen]:
    for each in subject.containers:
        if each.confinement.privileged:
            yield seen(each, "privileged", f"{each.name} is privileged")


def _capabilities(subject: Subject) -> Iterator[Seen]:
    for each in subject.containers:
        added = [one.upper().removeprefix("CAP_") for one in each.confinement.added]
        found = [one for one in added if one in _DANGEROUS]
        if found and not each.confinement.privileged:
            yield seen(each, "cap_add", f"{each.name} is given {', '.join(found)}")


def _socket(subject: Subject) -> Iterator[Seen]:
    for each in subject.containers:
        product = recognise(each.image)
        filtered = product is not None and product.kind is Kind.SOCKET_PROXY and not exposed(each)
        if each.confinement.engine_socket and not filtered:
            yield seen(each, "volumes", f"{each.name} holds the engine's socket")


def _network(subject: Subject) -> Iterator[Seen]:
    for each in subject.containers:
        if each.confinement.host_network:
            yield seen(each, "network_mode", f"{each.name} uses the host's network")


def _pid(subject: Subject) -> Iterator[Seen]:
    for each in subject.containers:
        if each.confinement.host_pid:
            yield seen(each, "pid", f"{each.name} sees every process of the host")


def _writable(subject: Subject) -> Iterator[Seen]:
    for each in subject.own():
        if not each.confinement.read_only:
            yield seen(each, "", f"{each.name} can write to its own root file system")


def _privileges(subject: Subject) -> Iterator[Seen]:
    for each in subject.running():
        if not each.confinement.no_new_privileges and not each.confinement.privileged:
            yield seen(each, "", f"{each.name} can gain privileges by a setuid program")


def _kept(subject: Subject) -> Iterator[Seen]:
    for each in subject.own():
        if not each.confinement.dropped and not each.confinement.privileged:
            yield seen(each, "", f"{each.name} keeps every default capability")


def _host(subject: Subject) -> Iterator[Seen]:
    for each in subject.containers:
        for mount in each.mounts:
            source = mount.source.rstrip("/") or "/"
            if mount.kind != "bind" or mount.read_only or source.endswith(".sock"):
                continue
            if source in _SYSTEM_FILES or not mount.source.startswith("/"):
                continue
            if source == "/" or source in _HOST_FOLDERS:
                yield seen(
                    each, "volumes", f"{each.name} can write to {source} of the host", folder=source
                )


_SECURE = "securityContext"
_TMP = "add a tmpfs for every folder that it must write to"

RULES = (
    Rule(
        id="A0401",
        title="root because the file says so",
        requirements=("R07.3",),
        risk=Risk.HIGH,
        because="Whoever breaks in is root, and a hole in the kernel makes that the host's root.",
        text="`user: root` or `runAsUser: 0` is written. Where only the image's user is meant, "
        "A0402 speaks.",
        looks=_root,
        cures={
            Source.COMPOSE: compose({"user": "10001:10001"}, note="the image must allow it"),
            Source.KUBERNETES: container(
                {_SECURE: {"runAsNonRoot": True, "runAsUser": 10001}},
                note="the image must allow it",
            ),
        },
    ),
    Rule(
        id="A0402",
        title="nobody says which user it runs as",
        requirements=("R07.3",),
        risk=Risk.MEDIUM,
        because="Most images run as root unless they are told otherwise.",
        text="Neither `user` nor `runAsNonRoot` is written for a service of yours. The image may "
        "name a user itself; these files do not show it. Known products (databases, proxies) "
        "leave root by themselves and are not meant.",
        looks=_unsaid,
        cures={
            Source.COMPOSE: compose({"user": "10001:10001"}, note="or write USER in the image"),
            Source.KUBERNETES: container({_SECURE: {"runAsNonRoot": True}}),
        },
    ),
    Rule(
        id="A0403",
        title="a privileged container",
        requirements=("R07.3", "R09.1"),
        risk=Risk.CRITICAL,
        because="It is root on the host: every device, every other container.",
        text="`privileged: true` takes away every wall. A single capability or device is nearly "
        "always enough.",
        looks=_privileged,
        cures={
            Source.COMPOSE: compose(
                {"privileged": False, "cap_drop": ["ALL"], "cap_add": ["CAPABILITY"]},
                note="name the one capability or device that it needs",
            ),
            Source.KUBERNETES: container(
                {_SECURE: {"privileged": False, "capabilities": {"drop": ["ALL"]}}}
            ),
        },
    ),
    Rule(
        id="A0404",
        title="a dangerous capability",
        requirements=("R07.3",),
        risk=Risk.HIGH,
        because="Each of them is a known way out of the container.",
        text=f"One of {', '.join(sorted(_DANGEROUS))} is added. NET_BIND_SERVICE, CHOWN, SETUID "
        "and their like are not meant.",
        looks=_capabilities,
        cures={
            Source.COMPOSE: compose({"cap_drop": ["ALL"], "cap_add": ["NET_BIND_SERVICE"]}),
            Source.KUBERNETES: container(
                {_SECURE: {"capabilities": {"drop": ["ALL"], "add": ["NET_BIND_SERVICE"]}}}
            ),
        },
    ),
    Rule(
        id="A0405",
        title="the engine's socket inside a container",
        requirements=("R07.3", "R09.1"),
        risk=Risk.CRITICAL,
        because="Who can write to it can start a privileged container: it is root on the host.",
        text="`/var/run/docker.sock`, or that of containerd or Podman, is mounted. Read-only does "
        "not help: the socket still takes commands. A proxy that filters them, without a "
        "published port, is not meant.",
        looks=_socket,
        cures={
            Source.COMPOSE: compose(
                {"environment": {"DOCKER_HOST": "tcp://socket-proxy:2375"}},
                note="remove the mount; ask through a proxy that allows only what is needed, "
                "such as tecnativa/docker-socket-proxy, on a network of its own",
            ),
            Source.KUBERNETES: container(
                {"volumeMounts": []}, note="remove the mount; use the API server with a role"
            ),
        },
    ),
    Rule(
        id="A0406",
        title="the host's network",
        requirements=("R09.1",),
        risk=Risk.HIGH,
        because="Every port it opens is open on the host, and it hears what is on loopback.",
        text="`network_mode: host` or `hostNetwork: true`: no network separates it from the host.",
        looks=_network,
        cures={
            Source.COMPOSE: compose({"networks": ["backend"], "ports": ["127.0.0.1:8080:8080"]}),
            Source.KUBERNETES: pod({"hostNetwork": False}),
        },
    ),
    Rule(
        id="A0407",
        title="the host's processes",
        requirements=("R09.1",),
        risk=Risk.HIGH,
        because="It reads the environment of every process, and may signal them.",
        text="`pid: host` or `hostPID: true`. A node exporter needs no more than /proc, read-only.",
        looks=_pid,
        cures={
            Source.COMPOSE: compose({"volumes": ["/proc:/host/proc:ro"]}, note="remove pid: host"),
            Source.KUBERNETES: pod({"hostPID": False}),
        },
    ),
    Rule(
        id="A0408",
        title="a writable root file system",
        requirements=("R07.3",),
        risk=Risk.LOW,
        because="Whoever breaks in can leave programs behind.",
        text="`read_only: true` (`readOnlyRootFilesystem`) is not written for a service of yours. "
        "Known products are not meant: many need folders of their own to write to.",
        looks=_writable,
        cures={
            Source.COMPOSE: compose({"read_only": True, "tmpfs": ["/tmp"]}, note=_TMP),  # noqa: S108
            Source.KUBERNETES: container({_SECURE: {"readOnlyRootFilesystem": True}}, note=_TMP),
        },
    ),
    Rule(
        id="A0409",
        title="setuid programs may gain privileges",
        requirements=("R07.3",),
        risk=Risk.LOW,
        because="A forgotten setuid program in the image makes a user root again.",
        text="`no-new-privileges` (`allowPrivilegeEscalation: false`) is not written. A "
        "privileged container has A0403.",
        looks=_privileges,
        cures={
            Source.COMPOSE: compose(
                {"security_opt": ["no-new-privileges:true"]}, note="sudo inside stops working"
            ),
            Source.KUBERNETES: container({_SECURE: {"allowPrivilegeEscalation": False}}),
        },
    ),
    Rule(
        id="A0410",
        title="default capabilities are kept",
        requirements=("R07.3",),
        risk=Risk.LOW,
        because="Few services need a single one of the fourteen.",
        text="Nothing is dropped by `cap_drop` for a service of yours.",
        looks=_kept,
        cures={
            Source.COMPOSE: compose({"cap_drop": ["ALL"]}),
            Source.KUBERNETES: container({_SECURE: {"capabilities": {"drop": ["ALL"]}}}),
        },
    ),
    Rule(
        id="A0411",
        title="a folder of the host that can be written",
        requirements=("R07.3", "R09.1"),
        risk=Risk.CRITICAL,
        because="Writing to the host's own folders is root on the host.",
        text=f"The host's `/` or one of {', '.join(_HOST_FOLDERS)} is mounted without `:ro`. "
        "Read-only mounts of monitoring agents are not meant, nor is a folder of data.",
        looks=_host,
        cures={
            Source.COMPOSE: compose(
                lambda _, found: {
                    "volumes": [f"{found.facts['folder']}:/host{found.facts['folder']}:ro"]
                },
                note="mount it read-only, or only the folder that is needed",
            ),
            Source.KUBERNETES: container(
                {"volumeMounts": [{"name": "NAME", "mountPath": "/host", "readOnly": True}]}
            ),
        },
    ),
)
