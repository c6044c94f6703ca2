"""The two definitions by which CI runs `seatrial assess`: the action, and the hook."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
SEATRIAL = Path(sys.executable).with_name("seatrial")
COMPOSE = """\
services:
  db:
    image: postgres:12
    environment: {POSTGRES_PASSWORD: postgres}
    ports: ["5432:5432"]
"""


@pytest.fixture
def compose(folder: Path) -> Path:
    file = folder / "compose.yaml"
    file.write_text(COMPOSE, encoding="utf-8")
    return file


def _yaml(name: str) -> Any:
    return yaml.safe_load((ROOT / name).read_text(encoding="utf-8"))


def _script(text: str, folder: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    bash = shutil.which("bash")
    assert bash
    path = f"{SEATRIAL.parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        # as GitHub's runner starts a step whose shell is bash
        [bash, "--noprofile", "--norc", "-eo", "pipefail", "-c", text],
        cwd=folder,
        env={**os.environ, "PATH": path, **variables},
        check=False,
        capture_output=True,
        text=True,
    )


def test_the_actions_steps_really_run(folder: Path, compose: Path) -> None:
    action = _yaml("action.yml")
    assert action["runs"]["using"] == "composite"
    inputs = {name: each["default"] for name, each in action["inputs"].items()}
    assert all(each["description"] for each in action["inputs"].values())
    steps = {each["name"]: each for each in action["runs"]["steps"]}
    assert list(steps) == ["Python", "Install", "Findings", "Upload", "Verdict"]
    for each in steps.values():
        assert ("run" in each) != ("uses" in each)
        assert "run" not in each or each["shell"] == "bash"
        assert "${{" not in each.get("run", ""), "an input must not become part of a script"
    told = _variables(steps["Findings"], inputs)
    done = _script(steps["Findings"]["run"], folder, **told)
    assert done.returncode == 0, done.stderr
    written = json.loads((folder / inputs["sarif-file"]).read_text(encoding="utf-8"))
    assert written["runs"][0]["results"]
    verdict = steps["Verdict"]
    assert _script(verdict["run"], folder, **_variables(verdict, inputs)).returncode == 1
    never = {**inputs, "fail-on": "never"}
    assert _script(verdict["run"], folder, **_variables(verdict, never)).returncode == 0
    compose.unlink()
    assert _script(steps["Findings"]["run"], folder, **told).returncode == 2


def _variables(step: Any, inputs: dict[str, str]) -> dict[str, str]:
    found = {}
    for name, value in step["env"].items():
        match = re.fullmatch(r"\$\{\{ inputs\.([\w-]+) \}\}", value)
        assert match, value
        found[name] = inputs[match[1]]
    return found


def test_the_actions_package_is_this_one() -> None:
    install = _yaml("action.yml")["runs"]["steps"][1]
    assert install["env"] == {"ACTION": "${{ github.action_path }}"}
    assert install["run"].endswith('"$ACTION"')
    assert (ROOT / "pyproject.toml").is_file()


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("compose.yaml", True),
        ("deploy/docker-compose.prod.yml", True),
        ("seatrial.yaml", True),
        (".seatrial-assess.yaml", True),
        ("composer.json", False),
        ("values.yaml", False),
    ],
)
@pytest.mark.usefixtures("compose")
def test_the_hook_of_pre_commit_really_runs(folder: Path, name: str, *, wanted: bool) -> None:
    (hook,) = _yaml(".pre-commit-hooks.yaml")
    assert {"id", "name", "entry", "language"} <= set(hook)
    assert hook["language"] == "python"
    assert hook["pass_filenames"] is False
    assert bool(re.search(hook["files"], name)) is wanted
    if wanted:
        assert _script(hook["entry"], folder).returncode == 1
