"""What is missing fails: documents, explanations, controls, pinned sources; and what is too long.

Who may import whom is checked by import-linter (`make contracts`).
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import grimp
import pytest

from seatrial.app import registry
from seatrial.app.explain.catalogue import codes, every_key
from seatrial.app.explain.proofs import Proofs
from seatrial.app.explain.sections import documents
from seatrial.app.plan import plan
from seatrial.cli.main import COMMANDS
from seatrial.contract.capability import Capability
from seatrial.contract.engine import Debian, Engine, GoModule, PyPI, PythonEnvironment, Release
from seatrial.contract.placement import Link, Placement, Seat
from seatrial.contract.requirements import items, known
from seatrial.runtimes.local import placement
from seatrial.system.schema import describe

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src/seatrial"
REFERENCE = ROOT / "examples/workflow-platform/seatrial.yaml"
TWO_REGIONS = ROOT / "examples/two-regions/seatrial.yaml"
BACKED = ROOT / "examples/backup-regions/seatrial.yaml"
KEEPING = ROOT / "examples/backup-files/seatrial.yaml"
FAILOVER = ROOT / "examples/failover-regions/seatrial.yaml"
WITNESS = ROOT / "examples/failover-witness/seatrial.yaml"
CAPABILITIES, ENGINES = registry.capabilities(), registry.engines()
MOST_LINES, MOST_FUNCTION = 400, 60
ANY_VALUE = {"journeys.*.steps.*.json", "journeys.*.cleanup.*.json"}  # a body may be any JSON

LONG_FUNCTIONS: dict[str, str] = {}

# Lock files, documents and scripts leave the host to the user's own client (pip, go, apt).
REGISTRIES = tuple(
    ".".join(parts)
    for parts in (
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("proxy", "golang", "org"),
        ("sum", "golang", "org"),
        ("registry", "npmjs", "org"),
        ("crates", "io"),
        ("deb", "debian", "org"),
        ("security", "debian", "org"),
        ("docker", "io"),
        ("quay", "io"),
        ("ghcr", "io"),
        ("gcr", "io"),
        ("registry", "k8s", "io"),
    )
)
# The one exception: the full name of an official image begins with its registry, and a short name
# means another image wherever another registry is searched first. Nothing on this machine fetches
# them. Installing engines names no host: pip, go and apt know their own.
IMAGE_LINE = re.compile(r'\s+image="[a-z./_0-9-]+",')
# What is rendered of it for a cluster says the same, in the pods and on the page about them.
RENDERED_LINE = re.compile(r"\s*(- )?image: [a-z./_0-9:-]+|\| `[a-z./_0-9:-]+` \| [a-z0-9, -]+ \|")
RENDERED = (
    ROOT / "examples/workflow-platform/rendered-kubernetes",
    ROOT / "tests/golden/kubernetes/shop/rendered",
)
UNREAD = {"__pycache__", "node_modules", "site", "build", "dist", "seatrial-report"}
HIDDEN_BUT_OURS = {".ci", ".github", ".gitignore", ".dockerignore", ".env.example"}


class _FirstChoice:
    """The local runtime's first choice of addresses."""

    def place(self, seats: tuple[Seat, ...], links: tuple[Link, ...]) -> Placement:
        return placement.place(placement.subnet_of("workflow-platform"), seats, links)


@cache
def reference() -> Proofs:
    return Proofs.of(plan(REFERENCE, _FirstChoice()))


@cache
def two_regions() -> Proofs:
    return Proofs.of(plan(TWO_REGIONS, _FirstChoice()))


@cache
def failover() -> Proofs:
    return Proofs.of(plan(FAILOVER, _FirstChoice()))


@cache
def witness() -> Proofs:
    return Proofs.of(plan(WITNESS, _FirstChoice()))


@cache
def backed() -> Proofs:
    return Proofs.of(plan(BACKED, _FirstChoice()))


@cache
def keeping() -> Proofs:
    return Proofs.of(plan(KEEPING, _FirstChoice()))


def _readme(capability: Capability) -> str:
    path = SOURCE / "capabilities" / capability.name / "README.md"
    assert path.is_file(), f"{capability.name} has no README.md"
    return path.read_text(encoding="utf-8")


def _modules(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


each_capability = pytest.mark.parametrize("capability", CAPABILITIES, ids=lambda each: each.name)
each_engine = pytest.mark.parametrize("engine", ENGINES, ids=lambda each: each.name)


# -- capabilities ------------------------------------------------------------------------------


def test_every_folder_of_a_capability_or_an_engine_is_registered() -> None:
    for group, found in (("capabilities", CAPABILITIES), ("engines", ENGINES)):
        folders = {each.parent.name for each in (SOURCE / group).glob("*/__init__.py")}
        assert folders == {each.name for each in found}, group
        assert folders


@each_capability
def test_a_capability_has_a_readme_that_cites_its_items(capability: Capability) -> None:
    assert capability.requirements
    text = _readme(capability)
    for id_ in capability.requirements:
        assert id_ in {each.id for each in items()}, f"{id_} is not in the catalogue"
        assert re.search(rf"^\| {re.escape(id_)} \|", text, re.MULTILINE), f"no row for {id_}"


@each_capability
def test_each_setting_stands_in_its_readme(capability: Capability) -> None:
    text = _readme(capability)
    own = [each for each in documents() if each.startswith(f"{capability.section}.")]
    assert own or not capability.section
    missing = [each for each in own if f"| `{each.rpartition('.')[2]}` |" not in text]
    assert not missing, f"not in {capability.name}/README.md: {missing}"


@each_capability
def test_each_problem_is_explained_and_stands_in_its_readme(capability: Capability) -> None:
    folder, text = SOURCE / "capabilities" / capability.name, _readme(capability)
    found = {
        code
        for path in folder.rglob("*.py")
        if path.name != "codes.py"
        for code in re.findall(r'"(ST\d{4})"', path.read_text(encoding="utf-8"))
    }
    assert found == set(capability.codes)
    missing = [
        code for code in capability.codes if not re.search(rf"^\| {code} \|", text, re.MULTILINE)
    ]
    assert not missing, f"not in {capability.name}/README.md: {missing}"


def test_each_code_that_is_named_anywhere_is_explained_once() -> None:
    explained = codes()
    named = {
        code: path
        for path in _modules("src/seatrial")
        for code in re.findall(r"\bST\d{4}\b", path.read_text(encoding="utf-8"))
    }
    assert {code: path for code, path in named.items() if code not in explained} == {}
    for code, doc in explained.items():
        for sentence in (doc.meaning, doc.cure):
            assert sentence.endswith("."), f"{code}: {sentence!r}"
    owned = [code for each in CAPABILITIES for code in each.codes]
    assert len(owned) == len(set(owned)), "two capabilities give the same code"


def test_each_key_of_the_file_is_described() -> None:
    owned = documents()
    for key in every_key():
        doc = describe(key) or owned[key]
        assert doc.description, f"{key} has no description"
        assert doc.type != "any value" or key in ANY_VALUE, f"{key} has no type in words"


# -- proofs ------------------------------------------------------------------------------------


def test_every_expectation_and_examination_has_a_control() -> None:
    proofs = reference()
    assert proofs.expectations
    assert proofs.examinations
    for each in proofs.expectations:
        assert each.control.defect.strip(), each.name
        assert each.control.actions, f"the control of {each.name} plants nothing"
    for test in proofs.examinations:
        assert test.spoiled, f"{test.name} has no control"
        for spoiled in test.spoiled:
            assert spoiled.defect.strip(), test.name
            assert {**test.files, **spoiled.files} != dict(test.files), (
                f"the control of {test.name} spoils nothing"
            )


@each_capability
def test_a_capability_proves_what_it_claims_and_cites_nothing_else(capability: Capability) -> None:
    cited = {
        id_
        for proofs in (reference(), two_regions(), failover(), witness(), backed(), keeping())
        for context in (proofs.plan.contexts[capability.name],)
        for ids in (
            *(each.requirements for each in capability.expectations(context, proofs.scenarios)),
            *(each.requirements for each in capability.examinations(context)),
            *(one.requirements for each in capability.exercises(context) for one in each.aspects),
        )
        for id_ in ids
    }
    assert all(known(id_) for id_ in cited)
    assert {id_ for id_ in cited if id_.startswith("R")} == set(capability.requirements)


def test_names_of_proofs_are_given_once_and_scenarios_exist() -> None:
    proofs = reference()
    names = [*(each.name for each in proofs.expectations)]
    names += [each.name for each in proofs.examinations]
    names += [one.name for each in proofs.exercises for one in each.aspects]
    assert len(names) == len(set(names))
    scenarios = [each.name for each in proofs.scenarios]
    assert len(scenarios) == len(set(scenarios))
    judged = {each.scenario for each in proofs.expectations}
    assert judged == set(scenarios), "a scenario that nobody judges, or the other way round"


# -- engines -----------------------------------------------------------------------------------


_LOCKS = ("requirements.txt", "build.txt")


@each_engine
def test_an_engine_has_a_source_whose_bytes_are_pinned(engine: Engine) -> None:
    assert engine.sources
    assert engine.programs
    assert re.fullmatch(r"\d+(\.\d+)*", engine.minimum)
    assert engine.docs.startswith("https://")
    for source in engine.sources:
        match source:
            case Release():
                assert re.fullmatch(r"\d+(\.\d+)+", source.version)
                assert source.url.startswith("https://")
                assert source.sums_url or source.sha256
                assert "{version}" in source.url or source.version in source.url
            case GoModule():
                assert re.fullmatch(r"v?\d+\.\d+\.\d+", source.version)
                folder = SOURCE.parent.joinpath(*source.recipe.split("."))
                assert source.module in (folder / "go.mod").read_text(encoding="utf-8")
                assert " h1:" in (folder / "go.sum").read_text(encoding="utf-8")
            case PyPI():
                assert re.fullmatch(r"\d+(\.\d+)+", source.version)
                assert source.sha256
                assert all(re.fullmatch(r"[0-9a-f]{64}", each) for each in source.sha256)
            case PythonEnvironment():
                folder = SOURCE.parent.joinpath(*source.recipe.split("."))
                locks = {each: (folder / each).read_text("utf-8") for each in _LOCKS}
                assert f"{source.package}=={source.version} " in locks["requirements.txt"]
                assert all(f"{each}==" in locks["requirements.txt"] for each in source.built)
                for lock in locks.values():
                    pins = re.split(r"\n(?=[a-z])", lock)
                    assert all(
                        re.match(r"[a-z][\w.-]*==\S+.*--hash=sha256:", each, re.DOTALL)
                        for each in pins
                    )
            case Debian():  # apt checks the signature of the suite's index, and that the packages
                assert source.packages or source.versioned
                assert source.suites


# -- size and words ----------------------------------------------------------------------------


def test_no_file_is_over_400_lines() -> None:
    long = {
        str(path.relative_to(ROOT)): lines
        for path in _modules("src", "scripts")
        if (lines := path.read_text(encoding="utf-8").count("\n")) > MOST_LINES
    }
    assert long == {}


def test_no_function_is_over_60_lines_without_a_reason() -> None:
    long = {
        f"{path.relative_to(SOURCE)}:{node.name}"
        for path in _modules("src/seatrial")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and (node.end_lineno or 0) - node.lineno + 1 > MOST_FUNCTION
    }
    assert long == set(LONG_FUNCTIONS)


def test_every_command_is_a_module_and_in_the_documents() -> None:
    modules = {each.name.removesuffix("_.py") for each in (SOURCE / "cli").glob("[a-z]*_.py")}
    assert modules == set(COMMANDS)
    documents_ = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
    words = "\n".join(each.read_text(encoding="utf-8") for each in documents_)
    missing = [each for each in COMMANDS if not re.search(rf"seatrial {each}\b", words)]
    assert not missing, f"commands that no document shows: {missing}"


# -- the outside -------------------------------------------------------------------------------


def test_no_files_import_each_other_in_a_circle() -> None:
    graph = grimp.build_graph(
        "seatrial",
        cache_dir=None,
        exclude_type_checking_imports=True,
        include_external_packages=False,
    )
    imports = {each: graph.find_modules_directly_imported_by(each) for each in graph.modules}
    TopologicalSorter(imports).prepare()  # raises CycleError, which names them


def test_daemons_bring_nothing_of_capabilities_with_them() -> None:
    names = [
        ".".join(path.relative_to(SOURCE.parent).with_suffix("").parts)
        for path in _modules("src/seatrial/daemons")
    ]
    assert len(names) > 10
    program = (
        "import importlib, sys\n"
        "for name in sys.argv[1:]: importlib.import_module(name)\n"
        "print('\\n'.join(each for each in sys.modules if each.startswith('seatrial')))"
    )
    found = subprocess.run(
        [sys.executable, "-c", program, *(each.removesuffix(".__init__") for each in names)],
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert "seatrial.daemons.prober.__main__" in found
    above = tuple(f"seatrial.{each}" for each in ("capabilities", "runtimes", "app", "cli"))
    assert [each for each in found if each.startswith(above)] == []


def _texts() -> Iterator[tuple[Path, str]]:
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [
            each
            for each in folders
            if each not in UNREAD and (not each.startswith(".") or each in HIDDEN_BUT_OURS)
        ]
        for name in names:
            if name.startswith(".") and name not in HIDDEN_BUT_OURS:
                continue
            path = Path(folder, name)
            try:
                yield path, path.read_text(encoding="utf-8")
            except UnicodeDecodeError:
                continue  # a picture, or a golden file that is broken on purpose


def test_no_file_names_a_registry() -> None:
    hosts = re.compile("|".join(rf"(?<![\w-]){re.escape(each)}\b" for each in REGISTRIES))
    read, found, excepted = 0, [], 0
    for path, text in _texts():
        read += 1
        for number, line in enumerate(text.splitlines(), start=1):
            if not hosts.search(line):
                continue
            engine = path.parent.parent == SOURCE / "engines" and IMAGE_LINE.fullmatch(line)
            made = any(path.is_relative_to(each) for each in RENDERED)
            if engine or (made and RENDERED_LINE.fullmatch(line)):
                excepted += 1
            else:
                found.append(f"{path.relative_to(ROOT)}:{number}: {line.strip()}")
    assert found == []
    assert read > 300, "hardly anything was read"
    assert excepted, "the exception is no longer needed: remove it"


@pytest.mark.skipif(not (ROOT / ".git").exists(), reason="not a checkout: there are no commits")
def test_no_commit_names_a_registry() -> None:
    words = subprocess.run(
        ["git", "-C", str(ROOT), "log", "--format=%B"], check=True, capture_output=True, text=True
    ).stdout
    assert words
    assert [each for each in REGISTRIES if each in words] == []
