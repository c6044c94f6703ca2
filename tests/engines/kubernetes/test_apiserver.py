"""A real API server takes every manifest in a dry run, and refuses each that is spoiled."""

from __future__ import annotations

import copy
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from apiserver import Cluster, cluster, until
from scripts.apiserver.server import SERVER

from seatrial.app.files import rendered
from seatrial.app.plan import plan
from seatrial.runtimes.kubernetes import Cluster as Places
from seatrial.runtimes.local.install import find_whole

ROOT = Path(__file__).parents[3]
SYSTEMS = {
    "workflow-platform": "examples/workflow-platform/rendered-kubernetes",
    "shop": "tests/golden/kubernetes/shop/rendered",
}
CRD = "CustomResourceDefinition"
Object = dict[str, Any]


class _Plain(yaml.SafeLoader):
    """A lone `=`, which YAML 1.1 gives a meaning, is a string to Kubernetes."""


_Plain.add_constructor("tag:yaml.org,2002:value", yaml.SafeLoader.construct_yaml_str)


def _objects(folder: str) -> list[Object]:
    texts = (each.read_text() for each in sorted((ROOT / folder / "manifests").rglob("*.yaml")))
    return [each for text in texts for each in yaml.safe_load_all(text)]


EVERY = [each for folder in SYSTEMS.values() for each in _objects(folder)]
KINDS = sorted({each["kind"] for each in EVERY})


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory, operator: Path) -> Iterator[Cluster]:
    """Started once, with the operator's definitions and the namespaces of the systems."""
    cache = os.environ.get("SEATRIAL_CACHE")
    installed = find_whole(SERVER, Path(cache) if cache else None)
    if installed is None:
        pytest.skip("no API server is in the cache: `make apiserver` builds it")
    with cluster(installed, tmp_path_factory.mktemp("apiserver")) as found:
        for path in sorted(operator.glob("*.yaml")):
            definition = yaml.load(path.read_text(), Loader=yaml.CBaseLoader)  # noqa: S506
            if definition["spec"]["names"]["kind"] in KINDS:
                _define(found, yaml.load(path.read_text(), Loader=_Plain))  # noqa: S506
        for name in {each["metadata"]["namespace"] for each in EVERY} | {"rehearsal"}:
            namespace = {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
            assert found.apply(namespace, dry=False).is_success
        yield found


def _define(found: Cluster, definition: Object) -> None:
    answer = found.apply(definition, dry=False)
    assert answer.is_success, answer.text
    spec = definition["spec"]

    def served() -> bool:
        found.forget()
        versions = (f"{spec['group']}/{each['name']}" for each in spec["versions"])
        return all(found.serves(each, spec["names"]["kind"]) for each in versions)

    until(served, spec["names"]["kind"])


def _refused(found: Cluster, objects: list[Object]) -> dict[str, str]:
    answers = ((each, found.apply(each)) for each in objects)
    return {
        f"{each['kind']} {each['metadata']['name']}": answer.text
        for each, answer in answers
        if not answer.is_success
    }


@pytest.mark.parametrize("system", SYSTEMS)
def test_every_object_is_taken(system: str, server: Cluster) -> None:
    found = _objects(SYSTEMS[system])
    assert len(found) > 40
    assert _refused(server, found) == {}


def test_a_rehearsal_is_taken_too(server: Cluster) -> None:
    planned = plan(ROOT / "examples/workflow-platform/seatrial.yaml", Places(namespace="rehearsal"))
    texts = [text for path, (text, _) in rendered(planned).items() if path.endswith(".yaml")]
    found = [each for text in texts for each in yaml.safe_load_all(text)]
    assert {"Secret", "AlertmanagerConfig"} <= {each["kind"] for each in found}
    assert _refused(server, found) == {}


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_its_kind_does_not_know_is_refused(kind: str, server: Cluster) -> None:
    found = copy.deepcopy(next(each for each in EVERY if each["kind"] == kind))
    assert server.apply(found).is_success
    found.get("spec", found)["seaTrial"] = "spoiled"
    answer = server.apply(found)
    assert answer.is_client_error or answer.is_server_error
    assert "seaTrial" in answer.text


def _of(kind: str) -> Object:
    return copy.deepcopy(next(each for each in EVERY if each["kind"] == kind))


def test_what_only_a_server_knows_is_refused(server: Cluster) -> None:
    """Schemas allow it: stray labels, fields that exclude others, a port that cannot be."""
    stray = _of("Deployment")
    stray["spec"]["template"]["metadata"]["labels"] = {"app.kubernetes.io/name": "stray"}
    both = _of("Deployment")
    both["spec"]["strategy"] = {"type": "Recreate", "rollingUpdate": {"maxSurge": 1}}
    far = _of("Service")
    far["spec"]["ports"] = [{"port": 70_000}]
    answers = [server.apply(each).status_code for each in (stray, both, far)]
    assert answers == [422, 422, 422]
