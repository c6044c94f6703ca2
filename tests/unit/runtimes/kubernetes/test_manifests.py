"""What any workload becomes in a cluster."""

from __future__ import annotations

import json
import re
import signal
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from seatrial.contract.output import File, Kind, Origin, Probe, Resources, Volume, Workload
from seatrial.engines.objects import Home
from seatrial.runtimes.kubernetes import manifests
from seatrial.runtimes.kubernetes.files import Files

HOME = Home(system="shop", namespace="prod")
API = Workload(
    name="api",
    origin=Origin.SERVICE,
    image="shop/api:1",
    argv=("serve", "${self.address}:${self.ports.http}", "--all=$HOME"),
    ports={"http": 8000},
    replicas=2,
    ready=Probe(port="http", path="/ready", deadline=9),
)
STORE = replace(
    API, name="db", origin=Origin.STORE, replicas=1, volumes=(Volume(name="d", path="d"),)
)
GOLDEN = Path(__file__).parents[3] / "golden/kubernetes/shop/rendered/manifests"


def made(*workloads: Workload) -> dict[str, dict[str, Any]]:
    """The objects of each workload, by kind."""
    found = manifests(workloads, (), HOME).files
    return {
        f"{each['kind']}/{each['metadata']['name']}": each
        for file in found
        for each in yaml.safe_load_all(file.text)
    }


def pod(workload: Workload, *beside: Workload) -> dict[str, Any]:
    found = made(workload, *beside)
    (owner,) = (each for each in found.values() if "template" in each.get("spec", {}))
    spec: dict[str, Any] = owner["spec"]["template"]["spec"]
    return spec


def variables(workload: Workload) -> dict[str, Any]:
    (container,) = pod(workload)["containers"]
    return {each["name"]: each.get("value", each.get("valueFrom")) for each in container["env"]}


def expanded(text: str, known: dict[str, str]) -> str:
    """As the Kubernetes API reference says of `$(NAME)` and `$$`."""

    def one(match: re.Match[str]) -> str:
        whole = match.group(0)
        return "$" if whole == "$$" else known.get(whole[2:-1], whole)

    return re.sub(r"\$\$|\$\([A-Za-z_][A-Za-z0-9_]*\)", one, text)


@pytest.mark.parametrize(
    "text", ["costs $5", "$(less)", "$$", "a$", "${HOME} $(PATH) $$(x)", "${self.nothing}"]
)
def test_a_text_reaches_the_process_as_it_is_written(text: str) -> None:
    found = variables(replace(API, env={"TEXT": text}))
    assert expanded(found["TEXT"], {"PATH": "/bin", "HOME": "/root"}) == text


def test_words_are_the_command_and_no_secret_is_one() -> None:
    work = replace(API, argv=(*API.argv, "${secret.key}"))
    (container,) = pod(work)["containers"]
    said = [expanded(each, {}) for each in container["command"]]
    assert said == ["serve", "0.0.0.0:8000", "--all=$HOME", "${secret.key}"]


def test_a_secret_in_a_variable_is_a_reference() -> None:
    found = variables(
        replace(
            API,
            env={"KEY": "${secret.key}", "URL": "db://a:${secret.db-pass}@db/${secret.db_pass}"},
        )
    )
    assert found["KEY"] == {"secretKeyRef": {"name": "shop-secrets", "key": "key"}}
    references = {name: each for name, each in found.items() if isinstance(each, dict)}
    keys = {name: each["secretKeyRef"]["key"] for name, each in references.items()}
    assert expanded(found["URL"], keys) == "db://a:db-pass@db/db_pass"
    assert list(found)[-1] == "URL"  # Kubernetes replaces by variables that stand before


def test_a_replica_is_told_its_pods_name() -> None:
    found = variables(replace(API, env={"NAME": "${self.replica}"}))
    assert found["SEATRIAL_REPLICA"] == {"fieldRef": {"fieldPath": "metadata.name"}}
    assert found["NAME"] == "$(SEATRIAL_REPLICA)"


def test_what_keeps_data_has_a_claim_and_what_does_not_is_never_there_twice() -> None:
    found = made(STORE)["StatefulSet/db"]["spec"]
    assert found["volumeClaimTemplates"][0]["metadata"]["name"] == "self"
    lasting = {each["mountPath"]: each for each in pod(STORE)["containers"][0]["volumeMounts"]}
    assert lasting["/seatrial/d"]["subPath"] == "d"
    volatile = replace(STORE, volumes=(replace(STORE.volumes[0], durable=False, size=1 << 20),))
    assert made(volatile)["Deployment/db"]["spec"]["strategy"] == {"type": "Recreate"}
    volumes = {each["name"]: each for each in pod(volatile)["volumes"]}
    assert volumes["d"]["emptyDir"] == {"sizeLimit": "1Mi"}


def test_one_on_each_host_is_a_daemon_set() -> None:
    found = made(replace(API, kind=Kind.HOST))["DaemonSet/api"]["spec"]
    assert "replicas" not in found


def test_limits_are_asked_for_and_the_probe_waits_for_the_deadline() -> None:
    work = replace(API, resources=Resources(memory=512 << 20, cpu=0.5))
    (container,) = pod(work)["containers"]
    asked = {"memory": "512Mi", "cpu": "500m"}
    assert container["resources"] == {"requests": asked, "limits": asked}
    starting = container["startupProbe"]
    assert starting["periodSeconds"] * starting["failureThreshold"] >= 9
    assert container["readinessProbe"]["httpGet"] == {"path": "/ready", "port": 8000}


def test_what_stands_beside_a_replica_is_in_its_pod() -> None:
    beside = replace(
        API, name="api-exporter-0", origin=Origin.ENGINE, beside="api", ports={"http": 9113}
    )
    found = made(API, beside)
    assert not {"Deployment/api-exporter-0", "StatefulSet/api-exporter-0"} & set(found)
    assert found["Service/api-exporter-0"]["spec"]["selector"] == HOME.one("api")
    main, other = pod(API, beside)["containers"]
    assert "readinessProbe" in main
    assert "readinessProbe" not in other  # an exporter that is ill must not keep users away
    mounts = {each["name"] for each in main["volumeMounts"]} & {
        each["name"] for each in other["volumeMounts"]
    }
    assert mounts == {"tmp"}


FILES = (
    File(path="a/plain.conf", text="port ${self.ports.http}\n", why=""),
    File(path="key", text="${secret.key}\n", why="", secret=True),
    File(path="mixed.conf", text="pass ${secret.key} $keep\n", why="", secret=True),
)


def test_a_file_comes_from_where_its_secrets_allow() -> None:
    work = replace(API, files=FILES)
    data = made(work)["ConfigMap/api-files"]["data"]
    assert data == {"a__plain.conf": "port 8000\n", "mixed.conf": "pass ${secret.key} $keep\n"}
    (container,) = pod(work)["containers"]
    mounts = {each["mountPath"]: each for each in container["volumeMounts"] if "readOnly" in each}
    sources = {path: (each["name"], each["subPath"]) for path, each in mounts.items()}
    assert sources == {
        "/seatrial/a/plain.conf": ("files", "a__plain.conf"),
        "/seatrial/key": ("secrets", "key"),
        "/seatrial/mixed.conf": ("composed", "mixed.conf"),
    }


def test_a_composed_file_holds_its_secret(tmp_path: Path) -> None:
    work = replace(API, files=FILES)
    (first,) = pod(work)["initContainers"]
    for name, text in (
        ("templates/mixed.conf", FILES[2].text),
        ("templates/mixed.json", '"${secret.key}!"'),
        ("secrets/key", 's3"cret'),
    ):
        place = tmp_path / name
        place.parent.mkdir(exist_ok=True)
        place.write_text(text)
    (tmp_path / "composed").mkdir()
    script = expanded(first["command"][-1], {})
    for mount in first["volumeMounts"]:
        path = mount["mountPath"]
        script = script.replace(f'"{path}"', repr(str(tmp_path / path.lstrip("/"))))
    exec(compile(script, "compose-files", "exec"), {})  # noqa: S102 - our own text
    written = tmp_path / "composed/mixed.conf"
    assert written.read_text() == 'pass s3"cret $keep\n'
    assert json.loads(written.with_suffix(".json").read_text()) == 's3"cret!'
    assert written.stat().st_mode & 0o007 == 0


def test_names_in_a_config_map_never_meet() -> None:
    files = tuple(File(path=path, text=path, why="") for path in ("a/b", "a__b", "ä", "ö"))
    data = Files(work=replace(API, files=files), home=HOME).data()
    assert sorted(data.values()) == sorted(("a/b", "a__b", "ä", "ö"))
    assert all(re.fullmatch(r"[-._a-zA-Z0-9]+", key) for key in data)


def test_another_text_of_a_file_replaces_the_pods() -> None:
    def digest(text: str) -> str:
        work = replace(API, files=(File(path="a", text=text, why=""),))
        metadata = made(work)["Deployment/api"]["spec"]["template"]["metadata"]
        return str(metadata["annotations"]["seatrial.dev/files"])

    assert digest("one") == digest("one") != digest("two")


def test_what_prepares_runs_until_it_has_succeeded_once() -> None:
    work = replace(STORE, prepare=(("initdb", "-D", "${self.dir}/d"), ("sh", "-c", "echo $0")))
    (first,) = pod(work)["initContainers"]
    lines = expanded(first["command"][-1], {}).splitlines()
    assert lines[0] == "test ! -e /seatrial/.prepared || exit 0"
    aside = "test ! -e /seatrial/.preparing || test ! -e /seatrial/d"
    assert lines[1:] == [
        f"{aside} || mv /seatrial/d /seatrial/unprepared-d-`date +%s`",
        ": > /seatrial/.preparing",
        "mkdir -p -m 0700 /seatrial/d",
        "initdb -D /seatrial/d",
        "sh -c 'echo $0'",
        ": > /seatrial/.prepared",
    ]
    assert "/seatrial/d" not in {each["mountPath"] for each in first["volumeMounts"]}


def test_what_was_killed_while_it_prepared_is_set_aside_and_begun_anew(tmp_path: Path) -> None:
    """The script itself, in a shell: a pod that is killed comes again with the same volume."""
    begins = ("sh", "-c", "test -z `ls -A ${self.dir}/d` && touch ${self.dir}/d/rows")
    broken = replace(STORE, prepare=(begins, ("sh", "-c", "kill -9 $PPID")))
    whole = replace(STORE, prepare=(begins,))

    def run(work: Workload) -> int:
        (first,) = pod(work)["initContainers"]
        script = expanded(first["command"][-1], {}).replace("/seatrial", str(tmp_path))
        return subprocess.run(("sh", "-ec", script), check=False).returncode

    assert run(broken) == -signal.SIGKILL
    assert run(whole) == 0
    (kept,) = tmp_path.glob("unprepared-d-*")
    assert [each.name for each in kept.iterdir()] == ["rows"]
    assert [each.name for each in (tmp_path / "d").iterdir()] == ["rows"]
    assert run(broken) == 0, "it is prepared, and nothing runs again"


def test_a_port_that_speaks_tls_is_asked_by_tls() -> None:
    asked = Probe(port="https", path="/readyz")
    work = replace(API, ports={"https": 8443}, ready=asked, live=asked)
    (container,) = pod(work)["containers"]
    wanted = {"path": "/readyz", "port": 8443, "scheme": "HTTPS"}
    for probe in ("readinessProbe", "livenessProbe", "startupProbe"):
        assert container[probe]["httpGet"] == wanted


def _pods() -> Iterator[dict[str, Any]]:
    for path in sorted(GOLDEN.glob("*.yaml")):
        for each in yaml.safe_load_all(path.read_text()):
            if "template" in each.get("spec", {}):
                yield each["spec"]["template"]["spec"]


def test_every_pod_is_closed_as_far_as_it_can_be() -> None:
    pods = list(_pods())
    assert len(pods) > 8
    for each in pods:
        assert each["automountServiceAccountToken"] is False
        assert each["securityContext"]["runAsNonRoot"] is True
        assert each["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert not {"hostNetwork", "hostPID", "hostIPC"} & set(each)
        assert not [one for one in each["volumes"] if "hostPath" in one]
        for container in (*each["containers"], *each.get("initContainers", ())):
            allowed = container["securityContext"]
            assert allowed["allowPrivilegeEscalation"] is False
            assert allowed["readOnlyRootFilesystem"] is True
            assert allowed["capabilities"] == {"drop": ["ALL"]}
