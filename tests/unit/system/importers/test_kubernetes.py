"""Each manifest and what comes of it; `SEATRIAL_UPDATE_GOLDEN=1` writes the expected texts anew."""

import dataclasses
import re
import runpy
from pathlib import Path

import pytest

from seatrial.system.importers.derive import derive
from seatrial.system.importers.kubernetes import needs_rendering, sketch
from seatrial.system.importers.sketch import Fidelity, Sketch

GOLDEN = runpy.run_path(str(Path(__file__).with_name("golden.py")))
CASES = GOLDEN["cases"]("kubernetes")


@pytest.mark.parametrize("name", CASES)
def test_manifests_become_the_expected_sketch_and_report(name: str) -> None:
    GOLDEN["check"]("kubernetes", name, sketch)


def test_there_are_enough_goldens_each_with_its_text() -> None:
    expected = {path.stem for path in (GOLDEN["ROOT"] / "kubernetes/expected").iterdir()}
    assert expected == set(CASES)
    assert len(CASES) >= 30


def test_every_line_is_needed_to_cover_every_leaf() -> None:
    # The walker must be able to fail: without any one line something is uncovered.
    files = GOLDEN["texts"]("kubernetes", "sidecars.yaml")
    found = sketch(files)
    assert isinstance(found, Sketch)
    for entry in found.ledger:
        fewer = tuple(each for each in found.ledger if each is not entry)
        assert GOLDEN["uncovered"](files, dataclasses.replace(found, ledger=fewer)), entry


@pytest.mark.parametrize("name", ["chart", "helm-quoted.yaml", "kustomize"])
def test_what_must_be_rendered_is_known_before_it_is_parsed(name: str) -> None:
    assert needs_rendering(GOLDEN["texts"]("kubernetes", name))


def test_manifests_need_no_rendering() -> None:
    assert not needs_rendering(GOLDEN["texts"]("kubernetes", "shop.yaml"))


# The last key of what has a counterpart in seatrial.yaml, or only says how manifests hold together.
COUNTERPARTS = re.compile(
    r"apiVersion|kind|namespace|name|labels|annotations|selector|image|ports|env|envFrom|replicas|"
    r"memory|cpu|httpGet|terminationGracePeriodSeconds|type|clusterIP|data|stringData|spec|subsets|"
    r"to|scaleTargetRef|targetPort|m(?:in|ax)Replica(?:s|Count)|backend|backendRefs|services|"
    r"endpoints|podMetricsEndpoints|namespaceSelector"
)


def counterpart(subject: str) -> bool:
    steps = [each for each in re.sub(r"\[[^]]*\]", "", subject).split(".") if not each.isdigit()]
    if "requests" in steps:
        return False
    return any(COUNTERPARTS.fullmatch(each) for each in steps[-2:])


@pytest.mark.parametrize("name", CASES)
def test_nothing_is_called_imported_that_the_derived_file_has_not(name: str) -> None:
    found = sketch(GOLDEN["texts"]("kubernetes", name))
    if not isinstance(found, Sketch):
        return
    draft = derive(found)
    said = [each for each in draft.ledger if each.fidelity is Fidelity.IMPORTED]
    assert [each.subject for each in said if not counterpart(each.subject)] == []
    assert {(each.place, each.subject) for each in found.ledger} <= {
        (each.place, each.subject) for each in draft.ledger
    }
    ended = {each.where("image") for each in found.containers if each.role == "init"}
    assert not ended & {each.place for each in said}


@pytest.mark.parametrize(
    ("name", "subject", "fidelity"),
    [
        ("cronjobs.yaml", "CronJob/nightly-report.spec.schedule", "dropped"),
        ("cronjobs.yaml", "CronJob/nightly-report.kind", "approximated"),
        ("cronjobs.yaml", "Job/import.kind", "approximated"),
        ("probes.yaml", ".containers.0.livenessProbe.tcpSocket.port", "dropped"),
        ("probes.yaml", ".containers.1.readinessProbe.grpc.port", "dropped"),
        ("probes.yaml", ".containers.0.readinessProbe.httpGet.path", "imported"),
        ("sidecars.yaml", ".initContainers.0.image", "dropped"),
        ("sidecars.yaml", ".containers.2.args", "dropped"),
        ("security.yaml", ".containers.0.securityContext.privileged", "dropped"),
        ("security.yaml", ".spec.hostPID", "dropped"),
        ("volumes.yaml", ".containers.0.volumeMounts.0", "dropped"),
        ("scaled-stores.yaml", "StatefulSet/postgres.spec.replicas", "dropped"),
        (
            "scaled-stores.yaml",
            "/postgres.spec.template.spec.terminationGracePeriodSeconds",
            "dropped",
        ),
        (
            "scaled-stores.yaml",
            "StatefulSet/postgres.spec.template.spec.containers.0.env.0",
            "dropped",
        ),
        ("scaled-stores.yaml", "Service/postgres.spec.ports.0", "dropped"),
        ("scaled-stores.yaml", "HorizontalPodAutoscaler/redis.spec.scaleTargetRef", "dropped"),
        ("scaled-stores.yaml", "HorizontalPodAutoscaler/redis.spec.minReplicas", "dropped"),
        ("scaled-stores.yaml", "HorizontalPodAutoscaler/redis.spec.maxReplicas", "dropped"),
        ("scaled-stores.yaml", "StatefulSet/shared.spec.replicas", "imported"),
        (
            "scaled-stores.yaml",
            "/shared.spec.template.spec.terminationGracePeriodSeconds",
            "imported",
        ),
        ("scaled-stores.yaml", "ScaledObject/sleeper.spec.minReplicaCount", "approximated"),
        ("scaled-stores.yaml", "ScaledObject/sleeper.spec.maxReplicaCount", "imported"),
        ("scaled-stores.yaml", "DaemonSet/agent.kind", "approximated"),
    ],
)
def test_what_the_derived_file_cannot_say_is_a_loss(name: str, subject: str, fidelity: str) -> None:
    found = sketch(GOLDEN["texts"]("kubernetes", name))
    assert isinstance(found, Sketch)
    told = {each.fidelity for each in derive(found).ledger if each.subject.endswith(subject)}
    assert told == {fidelity}


def test_what_is_said_of_a_stores_copies_has_its_line_and_what_to_do() -> None:
    found = sketch(GOLDEN["texts"]("kubernetes", "scaled-stores.yaml"))
    assert isinstance(found, Sketch)
    draft = derive(found)
    assert set(draft.document["stores"]) == {"postgres", "redis", "shared"}
    lines = {each.subject: each for each in draft.ledger}
    for subject, line in (("StatefulSet/postgres", 7), ("HorizontalPodAutoscaler/redis", 44)):
        entry = next(e for name, e in lines.items()
                     if name.startswith(f"{subject}.spec") and "eplicas" in name)  # fmt: skip
        assert (entry.place.file, entry.place.line) == ("scaled-stores.yaml", line)
        assert "how many of" in entry.summary
        assert "keep the manifest" in entry.cure


def test_a_rollout_scales_the_deployment_that_it_refers_to() -> None:
    found = sketch(GOLDEN["texts"]("kubernetes", "rollout-of-deployment.yaml"))
    assert isinstance(found, Sketch)
    draft = derive(found)
    services = draft.document["services"]
    assert set(services) == {"front-pods", "cart"}
    assert services["front-pods"]["scale"] == 5
    assert services["cart"]["scale"] == {"min": 2, "max": 6}
    address = services["front-pods"]["environment"]["CART_ADDR"]
    assert address == "${cart.host}:${cart.port}"


def test_a_template_of_openshift_is_to_be_processed_first() -> None:
    (problem,) = sketch(GOLDEN["texts"]("kubernetes", "openshift-template.yaml"))
    assert problem.code == "ST1721"
    assert "oc process --local -f openshift-template.yaml" in problem.cure


def test_a_loss_names_the_kind_of_file_that_keeps_it() -> None:
    found = sketch(GOLDEN["texts"]("kubernetes", "sidecars.yaml"))
    assert isinstance(found, Sketch)
    cures = {each.cure for each in derive(found).ledger}
    assert "beside the manifest it stays as it is; else write run" in cures
    assert not any("compose" in each for each in cures)


def test_a_host_of_one_word_before_svc_is_read() -> None:
    text = (
        "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: client}\nspec:\n"
        "  selector: {matchLabels: {app: client}}\n  template:\n"
        "    metadata: {labels: {app: client}}\n    spec:\n      containers:\n"
        "        - name: client\n          image: example/client:1\n"
        '          env: [{name: APP_URL, value: "http://app.svc.cluster.local/"}]\n'
    )
    found = sketch({"all.yaml": text})
    assert isinstance(found, Sketch)
    assert [each.name for each in found.containers] == ["client"]
