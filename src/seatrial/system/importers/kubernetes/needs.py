"""Which containers speak of which others, by the names that the cluster's DNS would know."""

from collections.abc import Iterable, Mapping

from seatrial.system.importers.kubernetes.containers import Draft
from seatrial.system.importers.kubernetes.services import Fronts

_MOST_LABELS = 8


class Resolver:
    """Answers as the cluster's DNS: which containers or external does a host name stand for."""

    def __init__(self, fronts: Fronts, drafts: Iterable[Draft]) -> None:
        mains = {d.container.pod: d.container.name for d in drafts if d.container.role == "main"}
        self._spaces = {namespace for namespace, _ in fronts.by_name}
        self._names: dict[tuple[str, str], tuple[str, ...]] = {}
        self._heard: dict[str, list[str]] = {}
        leads: dict[tuple[str, str], str] = {}
        for key, front in fronts.by_name.items():
            if front.external is not None:
                self._names[key] = (front.external.name,)
                leads[key] = front.external.host
            else:
                behind = [each.container for each in front.ports.values()]
                behind = behind or [mains[pod] for pod in front.pods if pod in mains]
                self._names[key] = tuple(dict.fromkeys(behind))
        # An ExternalName that leads to another Service of these files is only a second name.
        for key, host in leads.items():
            real = self.resolve(host.partition(":")[0], key[0]) if "." in host else ()
            if real and real != self._names[key]:
                self._names[key] = real

        self.externals = tuple(
            front.external
            for key, front in fronts.by_name.items()
            if front.external is not None and self._names[key] == (front.external.name,)
        )

    def resolve(self, host: str, namespace: str) -> tuple[str, ...]:
        """The containers behind `db`, `db.shop`, `db-0.db`, `db.shop.svc.cluster.local`."""
        parts = host.lower().rstrip(".").split(".")
        if len(parts) > _MOST_LABELS:
            return ()
        inside = len(parts) > 2 and "svc" in parts  # noqa: PLR2004 - name.space.svc
        if inside:
            parts = parts[: parts.index("svc")]
        match parts:
            case [service]:
                wanted = [(namespace, service)]
            case [first, second]:
                wanted = [(second, first), (namespace, second)]
            case [_, service, space]:
                wanted = [(space, service)]
            case _:
                return ()
        if inside and len(parts) > 1 and parts[-1] not in self._spaces:
            # The name says where, the manifests leave it to whoever applies them.
            wanted += [("", parts[0]), ("", parts[-2])]
        found = next((self._names[key] for key in wanted if self._names.get(key)), ())
        if inside and len(found) == 1:
            self._heard.setdefault(found[0], []).append(host)
        return found

    def aliases(self) -> Mapping[str, tuple[str, ...]]:
        """The names that each container or external is known by, as others in its place write.

        Names with a namespace that no manifest has are among them once they were resolved.
        """
        found: dict[str, list[str]] = {}
        for (namespace, service), names in self._names.items():
            for name in names:
                known = found.setdefault(name, [])
                known.append(service)
                if namespace:
                    full = f"{service}.{namespace}"
                    known += [full, f"{full}.svc", f"{full}.svc.cluster.local"]
        return {
            name: tuple(dict.fromkeys((*known, *self._heard.get(name, ()))))
            for name, known in found.items()
        }


def needs(drafts: Iterable[Draft], resolver: Resolver) -> dict[str, tuple[str, ...]]:
    """What each container needs; what a pod waits for before it starts, its main one needs too."""
    found: dict[str, list[str]] = {}
    mains: dict[str, str] = {}
    for draft in drafts:
        name, pod = draft.container.name, draft.container.pod
        if draft.container.role == "main":
            mains[pod] = name
        named = [
            each for word in draft.words for each in resolver.resolve(word, draft.pod.namespace)
        ]
        found[name] = named
        if draft.container.role == "init" and pod in mains:
            found[mains[pod]] += named
    own = {draft.container.name: draft.container.pod for draft in drafts}
    return {
        name: tuple(dict.fromkeys(each for each in named if own.get(each) != own[name]))
        for name, named in found.items()
    }
