from ipaddress import IPv4Network
from pathlib import Path

from seatrial.runtimes.compose.network import free, noted
from seatrial.runtimes.compose.placement import CHOICES, subnet
from seatrial.runtimes.shared.state import State


def test_what_somebody_has_is_left_out() -> None:
    assert next(iter(free(5, []))) == subnet(5)
    assert next(iter(free(5, [subnet(5), IPv4Network("172.17.0.0/16")]))) == subnet(6)
    assert next(iter(free(CHOICES - 1, [subnet(CHOICES - 1)]))) == subnet(0)


def test_a_smaller_or_a_larger_network_in_the_way_counts() -> None:
    taken = [IPv4Network(f"{subnet(5)[77]}/32"), IPv4Network("10.64.96.0/19")]
    assert next(iter(free(5, taken))) == subnet(8)


def test_the_network_of_before_comes_first_where_it_is_free() -> None:
    assert next(iter(free(5, [], subnet(9)))) == subnet(9)
    assert next(iter(free(5, [subnet(9)], subnet(9)))) == subnet(5)


def test_the_note_tells_the_network_without_an_engine(tmp_path: Path) -> None:
    state = State(tmp_path)
    assert noted(state) is None
    state.write("network.json", "10.64.16.0/20")
    assert noted(state) == subnet(1)
    state.write("network.json", "nonsense")
    assert noted(state) is None


def test_none_is_left_where_all_is_taken() -> None:
    assert list(free(0, [IPv4Network("10.0.0.0/8")])) == []
