"""What is wrong with what runs already is a sentence with its cure, and leaves nothing behind."""

from collections.abc import Callable
from typing import Any

import pytest

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("beside-bad-input")]


@pytest.fixture(scope="module")
def shop(make: Callable[[], Any]) -> Any:
    """It is known to seatrial, and its image is built."""
    one = make()
    one.run("init", "--from", "compose.yaml", "--yes", "--owner", "shop")
    one.compose("build")
    return one


def refused(shop: Any, *reasons: str) -> None:
    said = " ".join(shop.run("up", code=3).split())
    for each in (*reasons, "cure"):
        assert each in said
    assert shop.traces() == []


def test_a_project_that_does_not_run(shop: Any) -> None:
    refused(shop, "nothing runs from", "up -d")
    said = shop.run("plan")  # one may look before anything runs
    assert "prometheus" in said
    assert shop.traces() == []


def test_a_service_that_is_not_there(shop: Any) -> None:
    shop.compose("up", "--detach", "stock")
    refused(shop, "no container of web", "take web out of seatrial.yaml")
    # a refusal is no record of anything that is up on containers
    assert "the local runtime has none" in shop.run("up", "--runtime", "local", code=3)


def test_a_container_that_ends_again_and_again(shop: Any) -> None:
    shop.edit('"app.py", "0.0.0.0", "8080"', '"app.py", "nowhere", "8080"')
    shop.compose("up", "--detach")
    refused(shop, "web does not run", "gaierror")
    shop.edit('"app.py", "nowhere", "8080"', '"app.py", "0.0.0.0", "8080"')


def test_a_container_without_a_network(shop: Any) -> None:
    shop.edit("    networks: [back]\n    volumes", "    network_mode: none\n    volumes")
    shop.compose("up", "--detach")
    refused(shop, "stock cannot be met by other containers: its network is none")
    shop.edit("    network_mode: none\n    volumes", "    networks: [back]\n    volumes")


def test_two_projects_of_one_file(shop: Any) -> None:
    shop.compose("up", "--detach")
    other = f"{shop.project}-too"
    shop.compose("-p", other, "up", "--detach", "stock")
    try:
        refused(shop, "2 compose projects run from", f"project: {shop.project}")
    finally:
        shop.compose("-p", other, "down", "--volumes", "--timeout", "1")
