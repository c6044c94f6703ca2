from ipaddress import IPv4Address, IPv4Network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seatrial.contract.placement import Link, Seat
from seatrial.engines.toxiproxy import workload as toxiproxy
from seatrial.runtimes.compose.placement import CHOICES, choice_of, place, subnet

_NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True)
PROXY = Seat(workload=toxiproxy.NAME, ports=toxiproxy.PORTS)


def seat(name: str, replicas: int = 1) -> Seat:
    return Seat(workload=name, ports={"http": 8000}, replicas=replicas)


@st.composite
def systems(draw: st.DrawFn) -> tuple[tuple[Seat, ...], tuple[Link, ...]]:
    names = draw(st.lists(_NAMES, min_size=1, max_size=12, unique=True))
    seats = tuple(seat(name, draw(st.integers(1, 5))) for name in names)
    one_of = st.sampled_from(names)
    links = draw(
        st.lists(
            st.builds(
                Link, source=one_of, target=one_of, port=st.just("http"), apart=st.booleans()
            ),
            max_size=12,
            unique=True,
        )
    )
    return (*seats, PROXY), tuple(links)


@given(systems(), st.integers(0, CHOICES - 1))
def test_no_address_and_no_port_is_given_out_twice(
    system: tuple[tuple[Seat, ...], tuple[Link, ...]], choice: int
) -> None:
    network = subnet(choice)
    found = place(network, *system)
    addresses = [each.address for each in found.locations]
    assert len(addresses) == len(set(addresses))
    reserved = {network[0], network[1], network[-1]}
    assert all(IPv4Address(each) in network for each in addresses)
    assert not reserved & {IPv4Address(each) for each in addresses}
    listening = [str(each.listen) for each in found.edges]
    assert len(listening) == len(set(listening))
    assert all(1024 < each.listen.port < 32768 for each in found.edges)


def test_edges_are_ports_of_the_one_fault_proxy() -> None:
    found = place(
        subnet(3),
        (seat("api", 2), seat("web"), PROXY),
        (Link(source="web", target="api", port="http"),),
    )
    proxy = found.of(toxiproxy.NAME)[0].address
    assert {each.listen.host for each in found.edges} == {proxy}
    assert [each.upstream for each in found.edges] == [
        each.endpoint("http") for each in found.of("api")
    ]
    assert found.via("web", "api", "http") != found.via("other", "api", "http")


def test_without_a_fault_proxy_callers_reach_the_target() -> None:
    link = Link(source="web", target="api", port="http")
    found = place(subnet(3), (seat("api"), seat("web")), (link,))
    assert found.edges == ()


def test_a_new_workload_leaves_the_others_where_they_are() -> None:
    network = subnet(choice_of("shop"))
    before = {each.workload: each.address for each in place(network, (seat("a"),), ()).locations}
    after = place(network, (seat("a"), seat("b")), ()).locations
    assert {each.workload: each.address for each in after}["a"] == before["a"]


@pytest.mark.parametrize("choice", [0, 17, CHOICES - 1])
def test_every_network_lies_where_stores_let_in(choice: int) -> None:
    assert subnet(choice).subnet_of(IPv4Network("10.0.0.0/8"))
    assert not subnet(choice).overlaps(subnet((choice + 1) % CHOICES))
