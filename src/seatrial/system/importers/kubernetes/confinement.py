"""securityContext of a pod and of its container, the latter over the former."""

from seatrial.system.importers.cursor import Cursor
from seatrial.system.importers.sketch import Confinement


def confinement(pod: Cursor, container: Cursor, *, engine_socket: bool) -> Confinement:
    """What holds the container in; `pod` and `container` are their specs."""
    outer, inner = pod.at("securityContext"), container.at("securityContext")
    capabilities = inner.at("capabilities")
    for context in (outer, inner):
        for step in ("runAsUser", "runAsGroup", "runAsNonRoot"):
            context.at(step).imported("the user that it runs as")
    for step in ("privileged", "readOnlyRootFilesystem", "allowPrivilegeEscalation"):
        inner.at(step).imported("what holds it in")
    capabilities.imported("the capabilities that it gets and loses")
    for step in ("hostNetwork", "hostPID"):
        pod.at(step).imported("whether it shares the node's")
    return Confinement(
        user=_user(outer, inner),
        non_root=_first(inner, outer, "runAsNonRoot"),
        privileged=inner.at("privileged").flag is True,
        read_only=inner.at("readOnlyRootFilesystem").flag is True,
        no_new_privileges=inner.at("allowPrivilegeEscalation").flag is False,
        added=_names(capabilities.at("add")),
        dropped=_names(capabilities.at("drop")),
        host_network=pod.at("hostNetwork").flag is True,
        host_pid=pod.at("hostPID").flag is True,
        engine_socket=engine_socket,
    )


def _user(outer: Cursor, inner: Cursor) -> str | None:
    user = inner.at("runAsUser").text or outer.at("runAsUser").text
    group = inner.at("runAsGroup").text or outer.at("runAsGroup").text
    if not user:
        return None
    return f"{user}:{group}" if group else user


def _first(inner: Cursor, outer: Cursor, step: str) -> bool | None:
    written = inner.at(step).flag
    return outer.at(step).flag if written is None else written


def _names(at: Cursor) -> tuple[str, ...]:
    return tuple(name.text for name in at.items if name.text)
