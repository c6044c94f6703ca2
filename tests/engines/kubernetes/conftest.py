"""What the Kubernetes API and the Prometheus Operator say of their kinds, without a cluster.

Two Go modules carry it: one the OpenAPI documents of Kubernetes's API, the other the operator's
custom resource definitions. Nothing of them is built; each is held to its sum.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from seatrial.runtimes.local.install.command import Commands
from seatrial.runtimes.local.install.toolchain import environment, toolchain

sys.path.insert(0, str(Path(__file__).parent))  # for the server that tests start
KUBERNETES = "1.30"
_OPENAPI = ("sigs.k8s.io/kubectl-validate", "v0.0.4")
_OPERATOR = ("github.com/prometheus-operator/prometheus-operator", "v0.85.0")
_SUMS = {
    _OPENAPI: "h1:tGKuv0awYHn11Cb6KPsZKxUmHgavF46K3NvVH0Nse9U=",
    _OPERATOR: "h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=",
}
_TRIES = 3
_ANY_CASE = "(?i)"  # Go takes it anywhere in a pattern, Python at its beginning
_APIS = ("api/v1", "apis/apps/v1", "apis/batch/v1", "apis/rbac.authorization.k8s.io/v1")


class _Yaml(yaml.CSafeLoader):
    """YAML as the API server reads it: a lone `=` is a text there."""


_Yaml.add_constructor("tag:yaml.org,2002:value", _Yaml.construct_yaml_str)  # type: ignore[arg-type]


class Schemas:
    """Checks an object against the schema of its kind, as strictly as the API server is asked to.

    Fields that the schema does not know are errors, as with `fieldValidation=Strict`.
    """

    def __init__(self, documents: Mapping[tuple[str, str], dict[str, Any]]) -> None:
        self._validators = {key: Draft202012Validator(each) for key, each in documents.items()}

    def wrong(self, found: Mapping[str, Any]) -> list[str]:
        key = (found["apiVersion"], found["kind"])
        if key not in self._validators:
            return [f"no kind {key}"]
        return [
            f"{'.'.join(map(str, each.absolute_path))}: {each.message}"
            for each in self._validators[key].iter_errors(found)
        ]


def _strict(schema: Any, *, top: bool = False) -> Any:
    """The schema, closed to what it does not name; a custom resource's metadata is Kubernetes's."""
    if isinstance(schema, list):
        return [_strict(each) for each in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: _strict(each) for key, each in schema.items() if key != "format"}
    if isinstance(made.get("pattern"), str) and _ANY_CASE in made["pattern"]:
        made["pattern"] = _ANY_CASE + made["pattern"].replace(_ANY_CASE, "")
    open_ = schema.get("x-kubernetes-preserve-unknown-fields") or "additionalProperties" in schema
    if isinstance(schema.get("properties"), dict):
        made["properties"] = {key: _strict(each) for key, each in schema["properties"].items()}
        if not open_ and schema.get("type") == "object":
            made["additionalProperties"] = False
    if top:
        made["properties"]["metadata"] = {"type": "object"}
    return made


def _native(folder: Path) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    """Each kind of Kubernetes's own; `default: {}` and references in one-element lists are kept."""
    for name in _APIS:
        schemas = json.loads((folder / f"{name}.json").read_text())["components"]["schemas"]
        closed = {key: _strict(each) for key, each in schemas.items()}
        for key, each in schemas.items():
            for kind in each.get("x-kubernetes-group-version-kind", ()):
                version = "/".join(filter(None, (kind["group"], kind["version"])))
                whole = {"components": {"schemas": closed}, "$ref": f"#/components/schemas/{key}"}
                yield (version, kind["kind"]), whole


def _custom(folder: Path) -> Iterator[tuple[tuple[str, str], dict[str, Any]]]:
    for path in sorted(folder.glob("*.yaml")):
        spec = yaml.load(path.read_text(), Loader=_Yaml)["spec"]  # noqa: S506 - a safe loader
        for version in spec["versions"]:
            schema = _strict(version["schema"]["openAPIV3Schema"], top=True)
            yield (f"{spec['group']}/{version['name']}", spec["names"]["kind"]), schema


@pytest.fixture(scope="session")
def module(tmp_path_factory: pytest.TempPathFactory) -> Callable[[tuple[str, str]], Path]:
    """The folder of a Go module, which is downloaded and held to its sum."""
    work = tmp_path_factory.mktemp("modules")
    commands = Commands()
    go = toolchain("1.24", work, commands, lambda _step: None)

    def folder(one: tuple[str, str]) -> Path:
        argv = [str(go), "mod", "download", "-json", "@".join(one)]
        done = commands.run(argv, env=environment(work), cwd=work, timeout=600)
        for _ in range(_TRIES - 1):  # a handshake times out on a machine that is very busy
            if not done.ok:
                done = commands.run(argv, env=environment(work), cwd=work, timeout=600)
        assert done.ok, done.output
        told = json.loads(done.output[done.output.index("{") :])
        assert told["Sum"] == _SUMS[one]
        return Path(told["Dir"])

    return folder


@pytest.fixture(scope="session")
def operator(module: Callable[[tuple[str, str]], Path]) -> Path:
    """The operator's custom resource definitions, one a file."""
    return module(_OPERATOR) / "example/prometheus-operator-crd"


@pytest.fixture(scope="session")
def schemas(module: Callable[[tuple[str, str]], Path], operator: Path) -> Schemas:
    native = module(_OPENAPI) / f"pkg/openapiclient/builtins/{KUBERNETES}"
    return Schemas({**dict(_native(native)), **dict(_custom(operator))})
