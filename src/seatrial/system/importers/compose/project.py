"""From the files of a project to one tree of services: documents, includes, extends, overrides.

Nothing is read here: `find` gives the text of a further file by its path, relative as the first
file's own path is, or None. Every file is bounded as one of ours, and so is their number.
"""

import posixpath
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from seatrial.system.importers.compose.dotenv import read_lines
from seatrial.system.importers.compose.interpolate import fill
from seatrial.system.importers.compose.merge import laid_over, normal
from seatrial.system.importers.documents import read_documents, retyped, texts, written
from seatrial.system.importers.ledger import Ledger
from seatrial.system.importers.sketch import Entry, Fidelity
from seatrial.system.importers.source import lost
from seatrial.system.problem import Place, Problem, Severity
from seatrial.system.tree import Node

Find = Callable[[str], str | None]
Lookup = Callable[[str], str | None]
MOST_FILES = 64
MOST_TEXT = 4 << 20
_MOST_INCLUDES = 200
_MOST_BASES = 40
_NO_SERVICE = frozenset({"version", "name", "networks", "volumes", "secrets", "configs", "include"})
_MAKES_A_SERVICE = frozenset({"image", "build", "extends", "ports", "command"})


@dataclass(slots=True)
class Project:
    """What has been read so far: `services` by name, and the other top-level keys."""

    find: Find
    ledger: Ledger = field(default_factory=Ledger)
    files: dict[str, str] = field(default_factory=dict)
    roots: list[Node] = field(default_factory=list)
    trees: dict[str, list[Node]] = field(default_factory=dict)
    tags: dict[tuple[str, int, int], str] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    room: int = MOST_TEXT
    includes: int = 0
    # with its root, so that no other root can get the same id
    extended: dict[tuple[int, str, str], tuple[Node, Node]] = field(default_factory=dict)

    def text_of(self, path: str) -> str | None:
        """The text of a file, from memory or from `find`; None beyond the bounds, too."""
        if path in self.files:
            return self.files[path]
        if len(self.files) >= MOST_FILES:
            return None
        text = self.find(path)
        if text is None or len(text) > self.room:
            return None
        self.room -= len(text)
        self.files[path] = text
        return text

    def replaced(self, path: str, base: Node, over: Node) -> None:
        """Note a value that another file or a nearer key has replaced."""
        if base.place != over.place:
            summary = f"replaced at {over.place}"
            self.ledger.add(_dropped(path, base.place, summary, ""))


def _dropped(subject: str, place: Place, summary: str, cure: str) -> Entry:
    return Entry(
        fidelity=Fidelity.DROPPED, subject=subject, place=place, summary=summary, cure=cure
    )


def read_project(project: Project, paths: tuple[str, ...], lookup: Lookup) -> Node:
    """The tree of these files, later ones laid over earlier ones."""
    return _read(project, paths, lookup, ())


def environment(
    project: Project, folder: str, environ: Mapping[str, str], files: tuple[str, ...] = ()
) -> Lookup:
    """How a variable is looked up: the environment first, then the files, else the folder's .env.

    Of several files the last one that says it counts.
    """
    found: dict[str, str] = {}
    read = [project.text_of(each) or "" for each in files or (_join(folder, ".env"),)]

    def lookup(name: str) -> str | None:
        return environ[name] if name in environ else found.get(name)

    for line in (each for text in read for each in read_lines(text)[0]):
        if line.value is not None:
            value = line.value
            found[line.name] = value if line.raw else _plain(fill(value, lookup).text)
    return lookup


def _plain(text: str) -> str:
    return text.replace("$${", "${")


def _read(project: Project, paths: tuple[str, ...], lookup: Lookup, above: tuple[str, ...]) -> Node:
    merged: Node | None = None
    for path in paths:
        for root in trees(project, path):
            filled = _filled(project, root, lookup)
            shaped = _shaped(project, filled)
            own = _extended(project, shaped, path, lookup)
            own = _included(project, own, path, lookup, (*above, path))
            merged = (
                own if merged is None else laid_over(merged, own, project.tags, project.replaced)
            )
    if merged is None:
        merged = Node(file=paths[0], line=1, column=1)
        merged.entries, merged.keys = {}, {}
    return merged


def trees(project: Project, path: str) -> list[Node]:
    """The documents of a file, read once; what is wrong with its YAML goes to `problems`."""
    if path not in project.trees:
        text = project.text_of(path)
        documents = read_documents(text or "", path)
        project.trees[path] = [each for each in documents.roots if each.entries is not None]
        for root in documents.roots:
            if root.entries is None:
                project.ledger.add(_dropped("the file", root.place, "no mapping", "write services"))
        project.tags |= {(path, *at): tag for at, tag in documents.tags.items()}
        for problem in documents.problems:
            if problem.severity is Severity.ERROR:
                project.problems.append(problem)
            elif problem.place is not None:
                project.ledger.add(lost(problem))
        project.roots += project.trees[path]
    return project.trees[path]


def _filled(project: Project, root: Node, lookup: Lookup) -> Node:
    """The tree with every reference to a variable replaced."""
    done: dict[int, Node] = {}

    def visit(node: Node) -> Node:
        if id(node) in done:
            return done[id(node)]
        if node.entries is not None:
            twin = node.copy()
            twin.entries = {key: visit(each) for key, each in node.entries.items()}
        elif node.items is not None:
            twin = node.copy()
            twin.items = [visit(each) for each in node.items]
        else:
            text = written(node)
            twin = node
            if text is not None and "$" in text:
                filled = fill(text, lookup)
                twin = retyped(node, filled.text)
                if filled.broken:
                    project.ledger.add(
                        Entry(
                            fidelity=Fidelity.APPROXIMATED,
                            subject="interpolation",
                            place=node.place,
                            summary="a dollar sign begins no reference and is taken as it is",
                            cure="write $$ for the sign itself",
                        )
                    )
        done[id(node)] = twin
        return twin

    return visit(root)


def _shaped(project: Project, root: Node) -> Node:
    """With `services` where the first format had none, and short forms written out."""
    entries = dict(root.entries or {})
    keys = dict(root.keys or {})
    twin = root.copy()
    if "services" not in entries and (old := _first_format(entries)):
        holder = Node(file=root.file, line=root.line, column=root.column)
        holder.entries = {key: entries.pop(key) for key in old}
        holder.keys = {key: keys.pop(key) for key in old}
        entries["services"], keys["services"] = holder, (root.line, root.column)
        project.ledger.tell(
            Fidelity.APPROXIMATED,
            "services",
            root.place,
            "the first format of Compose, which has no `services`",
            "put them under services",
        )
    services = entries.get("services")
    if services is not None and services.entries is not None:
        shaped = services.copy()
        shaped.entries = {name: normal(each) for name, each in services.entries.items()}
        entries["services"] = shaped
    twin.entries, twin.keys = entries, keys
    return twin


def _first_format(entries: Mapping[str, Node]) -> list[str]:
    return [
        key
        for key, each in entries.items()
        if key not in _NO_SERVICE
        and not key.startswith("x-")
        and each.entries is not None
        and not _MAKES_A_SERVICE.isdisjoint(each.entries)
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Where:
    """Whose services are extended: the file's tree and path, and what has led there."""

    root: Node
    path: str
    lookup: Lookup
    above: tuple[tuple[str, str], ...] = ()


def _extended(project: Project, root: Node, path: str, lookup: Lookup) -> Node:
    """With every service laid over what it extends."""
    services = root.child("services")
    if services is None or services.entries is None:
        return root
    twin = root.copy()
    assert twin.entries is not None  # noqa: S101 - it has services
    shaped = services.copy()
    where = _Where(root=root, path=path, lookup=lookup)
    shaped.entries = {
        name: _with_base(project, where, name, node) for name, node in services.entries.items()
    }
    twin.entries["services"] = shaped
    return twin


def _with_base(project: Project, where: _Where, name: str, node: Node) -> Node:
    extends = node.child("extends")
    if extends is None:
        return node
    known = (id(where.root), where.path, name)
    if known not in project.extended:
        laid = _laid_over_base(project, where, name, node, extends)
        project.extended[known] = (where.root, laid)
    return project.extended[known][1]


def _laid_over_base(project: Project, where: _Where, name: str, node: Node, extends: Node) -> Node:
    path, subject = where.path, f"services.{name}.extends"
    base_name = written(extends) or _written(extends.child("service")) or ""
    file = _written(extends.child("file"))
    base_path = path if file is None else _join(posixpath.dirname(path), file)
    circle = (base_path, base_name) in where.above or (base_path, base_name) == (path, name)
    if circle or len(where.above) > _MOST_BASES:
        project.ledger.tell(
            Fidelity.DROPPED, subject, extends.place, "it extends itself", "remove the circle"
        )
        return node
    root: Node | None = where.root
    if base_path != path:
        found = trees(project, base_path)
        root = _shaped(project, _filled(project, found[0], where.lookup)) if found else None
    services = None if root is None else root.child("services")
    there = None if services is None else services.child(base_name)
    if root is None or there is None:
        project.ledger.tell(
            Fidelity.DROPPED,
            subject,
            extends.place,
            f"{base_name or 'what it extends'} was not found in {base_path}",
            "put the file there, or write the service out",
        )
        return node
    base = _Where(
        root=root, path=base_path, lookup=where.lookup, above=(*where.above, (path, name))
    )
    whole = _with_base(project, base, base_name, there)
    if posixpath.dirname(base_path) != posixpath.dirname(path):
        whole = _moved(whole, posixpath.dirname(base_path), posixpath.dirname(path))
    if whole.entries is not None and "extends" in whole.entries:
        whole = whole.copy()
        del (whole.entries or {})["extends"]  # it has been followed
    merged = laid_over(whole, node, project.tags, project.replaced, f"services.{name}").copy()
    # It stands where it is named, not where what it extends does.
    merged.file, merged.line, merged.column = node.file, node.line, node.column
    return merged


def _written(node: Node | None) -> str | None:
    return None if node is None else written(node)


def _moved(service: Node, source: str, target: str) -> Node:
    """A service whose relative paths are those of another folder."""
    twin = service.copy()
    entries = twin.entries or {}

    def moved(node: Node) -> Node:
        text = written(node)
        if text is None or "://" in text or text.startswith(("/", "$", "~")):
            return node
        whole = _join(source, text)
        shorter = posixpath.relpath(whole, target or ".")
        return retyped(node, shorter)

    build = entries.get("build")
    if build is not None and build.entries is not None and "context" in build.entries:
        built = build.copy()
        assert built.entries is not None  # noqa: S101 - it has a context
        built.entries["context"] = moved(build.entries["context"])
        entries["build"] = built
    files = entries.get("env_file")
    if files is not None:
        if files.items is None:
            entries["env_file"] = moved(files)
        else:
            listed = files.copy()
            listed.items = [_moved_item(each, moved) for each in files.items]
            entries["env_file"] = listed
    return twin


def _moved_item(item: Node, moved: Callable[[Node], Node]) -> Node:
    if item.entries is None or "path" not in item.entries:
        return moved(item)
    twin = item.copy()
    assert twin.entries is not None  # noqa: S101 - it has a path
    twin.entries["path"] = moved(item.entries["path"])
    return twin


def _included(
    project: Project, root: Node, path: str, lookup: Lookup, above: tuple[str, ...]
) -> Node:
    """With the projects under `include` laid below it."""
    include = root.child("include")
    if include is None:
        return root
    merged: Node | None = None
    for item in include.items if include.items is not None else [include]:
        wanted = item.child("path")
        names = texts(item if wanted is None else wanted)
        folder = posixpath.dirname(path)
        paths = tuple(_join(folder, each) for each in names)
        missing = next((each for each in paths if project.text_of(each) is None), None)
        project.includes += 1  # two files that include each other's others would double each time
        circle = any(each in above for each in paths) or project.includes > _MOST_INCLUDES
        if not paths or missing is not None or circle:
            project.ledger.add(
                _dropped(
                    "include",
                    item.place,
                    f"{missing} was not found" if missing else "it includes nothing, or itself",
                    "put the file there, or bring it in by itself",
                )
            )
            continue
        # Both are seen from the file that includes.
        home, files = (_said(item, key) for key in ("project_directory", "env_file"))
        given = tuple(_join(folder, each) for each in files)
        at = _join(folder, home[0]) if home else posixpath.dirname(paths[0])
        inner = environment(project, at, {}, given)

        def both(name: str, inner: Lookup = inner) -> str | None:
            outer = lookup(name)
            return inner(name) if outer is None else outer

        below = _read(project, paths, both, above)
        below = _services_moved(below, posixpath.dirname(paths[0]), folder)
        merged = (
            below if merged is None else laid_over(merged, below, project.tags, project.replaced)
        )
    return root if merged is None else laid_over(merged, root, project.tags, project.replaced)


def _said(item: Node, key: str) -> tuple[str, ...]:
    found = item.child(key)
    return () if found is None else texts(found)


def _services_moved(root: Node, source: str, target: str) -> Node:
    services = root.child("services")
    if source == target or services is None or services.entries is None:
        return root
    twin = root.copy()
    assert twin.entries is not None  # noqa: S101 - it has services
    shaped = services.copy()
    shaped.entries = {name: _moved(each, source, target) for name, each in services.entries.items()}
    twin.entries["services"] = shaped
    return twin


def _join(folder: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(folder, path))
