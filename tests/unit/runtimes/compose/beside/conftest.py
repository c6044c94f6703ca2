"""Containers of a made-up project, and an engine that holds them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from seatrial.runtimes.compose.beside import project

FILE = Path("/srv/shop/compose.yaml")


@pytest.fixture
def container() -> Callable[..., dict[str, Any]]:
    """As the engine tells of it, running by default."""

    def make(service: str, number: int = 1, **more: Any) -> dict[str, Any]:
        name = f"shop-{service}-{number}"
        labels = {
            project.PROJECT: "shop",
            project.SERVICE: service,
            project.NUMBER: str(number),
            project.FILES: str(FILE),
            project.ONE_OFF: "False",
            **more.pop("labels", {}),
        }
        networks = more.pop("networks", ("back",))
        mode = more.pop("mode", "shop_back")
        return {
            "Id": f"id-{name}",
            "Name": f"/{more.pop('name', name)}",
            "Config": {"Labels": labels},
            "State": {"Running": True, **more.pop("state", {})},
            "HostConfig": {"NetworkMode": mode, "RestartPolicy": {"Name": "always"}},
            "NetworkSettings": {
                "Networks": {
                    each: {"NetworkID": f"n-{each}", "IPAddress": f"10.0.0.{number + 1}"}
                    for each in networks
                }
            },
            **more,
        }

    return make


class Remembered:
    """An engine that holds these containers and does what it is told; `done` says what that was."""

    def __init__(self, *there: dict[str, Any]) -> None:
        self.there = {each["Id"]: each for each in there}
        self.done: list[str] = []
        self.client = SimpleNamespace(podman=False)
        self.api = SimpleNamespace(
            containers=self._listed,
            inspect_network=self._network,
            disconnect_container_from_network=self._leave,
            connect_container_to_network=self._join,
        )

    def _listed(self, *, filters: dict[str, list[str]], **_words: Any) -> list[dict[str, Any]]:
        return [
            {"Id": each["Id"], "Labels": each["Config"]["Labels"]}
            for each in self.there.values()
            if all(label in each["Config"]["Labels"] for label in filters["label"])
        ]

    def _network(self, name: str) -> dict[str, Any]:
        members = {
            each["Id"]: {"IPv4Address": f"{where[name]['IPAddress']}/24"}
            for each in self.there.values()
            if name in (where := each["NetworkSettings"]["Networks"]) and each["State"]["Running"]
        }
        return {"Containers": members}

    def _leave(self, name: str, network: str, *, force: bool) -> None:
        assert force
        self.done.append(f"{name.removeprefix('id-shop-')} leaves {network}")
        del self.there[name]["NetworkSettings"]["Networks"][network]

    def _join(self, name: str, network: str, aliases: list[str] | None = None) -> None:
        known = f" as {', '.join(aliases)}" if aliases else ""
        self.done.append(f"{name.removeprefix('id-shop-')} joins {network}{known}")
        self.there[name]["NetworkSettings"]["Networks"][network] = {"IPAddress": "10.0.0.99"}

    def networks(self) -> tuple[dict[str, Any], ...]:
        return ({"Id": "n-back", "Name": "back"}, {"Id": "n-front", "Name": "front"})

    def containers(self, labels: dict[str, str]) -> tuple[dict[str, Any], ...]:
        return tuple(
            each
            for each in self.there.values()
            if labels.items() <= each["Config"]["Labels"].items()
        )

    def inspect(self, name: str) -> dict[str, Any] | None:
        return self.there.get(name)

    def logs(self, _name: str, _lines: int) -> tuple[str, ...]:
        return ("last words",)

    def _did(self, what: str, name: str, **state: bool) -> bool:
        self.done.append(f"{what} {name.removeprefix('id-shop-')}")
        self.there[name]["State"].update(state)
        return True

    def signal(self, name: str, _number: str) -> bool:
        return self._did("kill", name, Running=False)

    def stop(self, name: str, _grace: float) -> None:
        self._did("stop", name, Running=False)

    def start(self, name: str) -> None:
        self._did("start", name, Running=True)

    def pause(self, name: str) -> None:
        self._did("pause", name, Paused=True)

    def unpause(self, name: str) -> None:
        self._did("unpause", name, Paused=False)


@pytest.fixture
def engine() -> type[Remembered]:
    """Makes an engine of containers."""
    return Remembered
