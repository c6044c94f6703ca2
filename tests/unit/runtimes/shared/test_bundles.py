"""What was brought back is held against what the system has: by name, and nothing left out."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from seatrial.contract.action import Reopen
from seatrial.contract.output import Origin, Workload
from seatrial.contract.runtime import Executed, RuntimeFailure
from seatrial.runtimes.shared.bundles import family
from seatrial.runtimes.shared.state import ORIGIN, State

ACTION = Reopen(
    workload="sealer",
    key="recovery-rehearsal.identity",
    page="recover",
    blanks=(
        ("KEY", "${key}"),
        ("BUNDLE", "${bundle}"),
        ("THERE", "${folder}"),
        ("FILE", "${system}"),
    ),
)
PAGE = """# recover

```sh
seatrial recover --key '<KEY>' --from '<BUNDLE>' --into '<THERE>'
```

```sh
seatrial check --file '<FILE>'
```
"""
OK = Executed(status=0, stdout="", stderr="")


@pytest.fixture
def state(tmp_path: Path) -> State:
    """A system of two files, with two secrets and the key that only a rehearsal has."""
    (tmp_path / "shop/conf").mkdir(parents=True)
    (tmp_path / "shop/seatrial.yaml").write_text("seatrial: 1\n")
    (tmp_path / "shop/conf/a").write_text("a")
    found = State(tmp_path / "state")
    found.write(ORIGIN, {"file": str(tmp_path / "shop/seatrial.yaml")})
    (found.path / "secrets").mkdir()
    for name in ("queue", "cipher", "recovery-rehearsal.identity"):
        (found.path / "secrets" / name).write_text(f"of {name}")
    return found


Ran = Callable[[str, Path, float], Executed]


def printed(line: str, folder: Path) -> None:
    if line.startswith("seatrial docs"):
        (folder / "pages").mkdir()
        (folder / "pages/recover.md").write_text(PAGE)


def brought(**changed: str | None) -> Ran:
    """What commands leave that bring all of it back; `changed` by file or secret, None: not."""

    def run(line: str, folder: Path, _within: float) -> Executed:
        printed(line, folder)
        if " recover " in line:
            files = {"seatrial.yaml": "seatrial: 1\n", "conf_a": "a"}
            secrets = {"queue": "of queue", "cipher": "of cipher"}
            for name, text in {**files, **secrets, **changed}.items():
                below = "home/shop-1/secrets" if name in secrets else "system"
                path = folder / below / name.replace("_", "/")
                path.parent.mkdir(parents=True, exist_ok=True)
                if text is not None:
                    path.write_text(text)
        return OK

    return run


def told(state: State, run: Ran) -> dict[str, Any]:
    workload = Workload(
        name="api",
        origin=Origin.SERVICE,
        argv=(),
        secrets=("queue", "cipher", "recovery-rehearsal.recipient"),
    )
    own = family(state, (workload,), run)
    planned = own.plan(ACTION)
    done = own.act(ACTION, planned)
    assert done is not None
    found: dict[str, Any] = json.loads(done["seen"][0].text)
    assert (state.path / "reopened").stat().st_mode & 0o777 == 0o700
    own.undo(planned)
    assert not (state.path / "reopened").exists()
    own.undo(planned)
    return found


def test_what_is_as_it_is_differs_by_nothing(state: State) -> None:
    found = told(state, brought())
    assert (found["status"], found["files"], found["secrets"]) == (0, 2, 2)
    assert found["differs"] == []


@pytest.mark.parametrize(
    ("changed", "differs"),
    [
        ({"queue": "another"}, ["the secret queue"]),
        ({"cipher": None}, ["the secret cipher"]),
        ({"conf_a": "b"}, ["conf/a"]),
        ({"conf_more": "b"}, ["conf/more"]),
    ],
)
def test_what_is_not_as_it_is_is_named_and_never_quoted(
    state: State, changed: dict[str, str | None], differs: list[str]
) -> None:
    found = told(state, brought(**changed))
    assert found["differs"] == differs
    assert "another" not in json.dumps(found)


def test_what_fails_ends_it_and_is_told(state: State) -> None:
    lines: list[str] = []

    def run(line: str, folder: Path, _within: float) -> Executed:
        lines.append(line)
        printed(line, folder)
        status = 2 if " recover " in line else 0
        return Executed(status=status, stdout="the key does not open it\n", stderr="")

    found = told(state, run)
    assert (found["status"], found["said"]) == (2, "the key does not open it\n")
    assert found["command"].startswith("seatrial recover --key ")
    assert found["lines"] == 1
    file = state.path.parent / "shop/seatrial.yaml"
    key, there = state.path / "secrets/recovery-rehearsal.identity", state.path / "reopened"
    assert lines == [
        f"seatrial docs --file {file} --out pages --format md",
        f"seatrial backup --file {file} system --out bundle.age",
        (
            f"env SEATRIAL_HOME={there}/home seatrial recover --key '{key}'"
            f" --from '{there}/bundle.age' --into '{there}/system'"
        ),
    ]
    assert "differs" not in found


def test_a_page_that_is_not_there_brings_nothing_back(state: State) -> None:
    found = told(state, lambda *_: OK)
    assert (found["lines"], found["files"], found["secrets"]) == (0, 0, 0)


def test_a_system_that_nobody_started_is_not_looked_for(tmp_path: Path) -> None:
    with pytest.raises(RuntimeFailure, match="from which file"):
        family(State(tmp_path), ()).plan(ACTION)
