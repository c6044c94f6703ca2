"""An environment on Kubernetes: rendered into a folder, and not run."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import yaml

if TYPE_CHECKING:
    from conftest import Run

SYSTEM = """\
seatrial: 1
system: shop
teams: {web: {chat: "#web", pager: {secret: pager}}}
services:
  api: {owner: web, image: "shop/api:1", ports: {http: 8000}}
environments:
  rehearsal: {runtime: kubernetes}
  production: {runtime: kubernetes, namespace: prod}
"""


def test_manifests_are_written_and_what_a_hand_edited_stays(run: Run, folder: Path) -> None:
    (folder / "seatrial.yaml").write_text(SYSTEM)
    shown = run("plan", "-e", "production")
    assert shown.code == 0, shown.err
    assert "+  manifests/api.yaml" in shown.out
    assert list(folder.iterdir()) == [folder / "seatrial.yaml"]  # nothing is written unasked

    assert run("plan", "-e", "production", "--render", "k8s").code == 0
    file = folder / "k8s/manifests/api.yaml"
    kinds = {each["kind"] for each in yaml.safe_load_all(file.read_text())}
    assert kinds == {"Deployment", "Service"}
    assert not (folder / "k8s/.gitignore").exists()  # to be kept with the user's own files

    file.write_text(file.read_text() + "# mine\n")
    again = run("plan", "-e", "production", "--render", "k8s")
    assert "!  manifests/api.yaml" in again.out
    assert file.read_text().endswith("# mine\n")


def test_it_is_not_started_and_the_way_on_is_told(run: Run, folder: Path) -> None:
    (folder / "seatrial.yaml").write_text(SYSTEM)
    done = run("up")
    assert done.code != 0
    assert "cannot run a system on kubernetes yet" in done.err
    assert "seatrial plan --render DIR" in done.err
    assert "Traceback" not in done.err


def test_an_environment_that_is_not_there_is_named(run: Run, folder: Path) -> None:
    (folder / "seatrial.yaml").write_text(SYSTEM)
    done = run("plan", "-e", "prodution")
    assert done.code == 2
    assert "ST1804" in done.err
    assert 'did you mean "production"?' in done.err
