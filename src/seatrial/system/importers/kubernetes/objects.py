"""The objects of manifests: Lists opened, names and namespaces settled, doubles told of."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from seatrial.system.importers.cursor import Account, Cursor
from seatrial.system.importers.kubernetes.names import Names
from seatrial.system.tree import Node

# Read although the cluster's API no longer serves them: the form is the same.
_GONE = {
    "extensions/v1beta1": "apps/v1, networking.k8s.io/v1 or policy/v1, as its kind has it",
    "apps/v1beta1": "apps/v1",
    "apps/v1beta2": "apps/v1",
    "batch/v1beta1": "batch/v1",
    "batch/v2alpha1": "batch/v1",
    "networking.k8s.io/v1beta1": "networking.k8s.io/v1",
    "policy/v1beta1": "policy/v1",
    "autoscaling/v2beta1": "autoscaling/v2",
    "autoscaling/v2beta2": "autoscaling/v2",
}
_HOOKS = ("helm.sh/hook", "argocd.argoproj.io/hook")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Object:
    """One object; `namespace` is "" where none is written and the files name several or none."""

    kind: str
    group: str
    name: str
    namespace: str
    at: Cursor

    @property
    def spec(self) -> Cursor:
        """Its `spec`."""
        return self.at.at("spec")

    @property
    def key(self) -> tuple[str, str, str]:
        """What tells it from every other object."""
        return (self.kind, self.namespace, self.name)

    @property
    def hook(self) -> str:
        """When a release tool runs it (`pre-install`, `test`); "" for an ordinary object."""
        annotations = self.at.at("metadata", "annotations")
        return next((text for name in _HOOKS if (text := annotations.at(name).text)), "")


def objects(
    documents: Sequence[Node], account: Account
) -> tuple[tuple[Object, ...], tuple[Cursor, ...]]:
    """Every object that counts, and the tops of the documents for the account to close."""
    roots = tuple(account.open(node) for node in documents)
    found = [each for root in roots for each in _opened(root)]
    only = _only_namespace(found)
    settled: dict[tuple[str, str, str], Object] = {}
    names = Names()
    for each in found:
        thing = each if each.namespace or only is None else replace(each, namespace=only)
        if not each.at.at("metadata", "name"):
            # Without a name of its own it is never the same as another one.
            own = names.take("/".join(thing.key)).removeprefix(f"{thing.kind}/{thing.namespace}/")
            thing = replace(thing, name=own)
        earlier = settled.pop(thing.key, None)
        if earlier is not None:
            earlier.at.dropped(
                f"the same object is written again at {thing.at.place}, which wins",
                "keep one of them",
            )
        settled[thing.key] = thing
    return tuple(settled.values()), roots


def _opened(root: Cursor) -> Iterator[Object]:
    """The object of a document, or those of a List, or of a bare list of objects as JSON has it."""
    waiting = [(root, "", "")]
    while waiting:
        at, kind, version = waiting.pop()
        kind = at.at("kind").text or kind
        version = at.at("apiVersion").text or version
        listed = at.at("items") if kind.endswith("List") else at
        if listed.items:
            for step in ("kind", "apiVersion"):
                at.at(step).imported("a list: its objects are read one by one")
            at.at("metadata").dropped("the list's own notes", "nothing: this is no loss")
            inner = (kind.removesuffix("List"), version) if kind != "List" else ("", "")
            waiting += [(item, *inner) for item in reversed(listed.items)]
        elif kind.endswith("List") and at.at("items").node is not None:
            at.dropped("a list without objects", "nothing: this is no loss")
        elif kind and at.entries:
            yield _object(at, kind, version)
        else:
            at.dropped("it is no Kubernetes object: it has no kind", "leave the file out")


def _object(at: Cursor, kind: str, version: str) -> Object:
    metadata = at.at("metadata")
    namespace = metadata.at("namespace").text
    name = metadata.at("name").text or metadata.at("generateName").text.rstrip("-.")
    name = name or kind.lower()
    label = "/".join(part for part in (kind, namespace, name) if part)
    group = version.rpartition("/")[0]
    return Object(kind=kind, group=group, name=name, namespace=namespace, at=at.named(label))


def _only_namespace(found: Sequence[Object]) -> str | None:
    """The namespace of what lacks one: where the files name a single one for what runs."""
    named = {
        each.namespace
        for each in found
        if each.namespace and (each.kind == "Service" or each.at.at("spec", "template"))
    }
    return named.pop() if len(named) == 1 else None


def head(thing: Object) -> None:
    """Tell of what every object has: its kind, its version, its name."""
    at, metadata = thing.at, thing.at.at("metadata")
    at.at("kind").imported(f"read as {thing.kind}")
    version = at.at("apiVersion")
    if version.text in _GONE:
        version.approximated(
            f"{version.text} is no longer served by clusters, and was read as today's",
            f"write {_GONE[version.text]}",
        )
    else:
        version.imported("the version of its form")
    metadata.at("name").scalar("its name")
    metadata.at("generateName").approximated(
        f'its name is made by the cluster; it is called "{thing.name}" here', "give it a name"
    )
    metadata.at("namespace").imported("keeps its name apart from the same name elsewhere")
