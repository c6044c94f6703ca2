from hypothesis import given
from hypothesis import strategies as st

from seatrial.contract.placement import Link, Placement, Seat
from seatrial.runtimes.local.placement import FIRST, LAST, place, subnet_of, uid_of

_NAMES = st.from_regex(r"[a-z][a-z0-9-]{0,12}", fullmatch=True)


def seat(name: str, replicas: int = 1) -> Seat:
    return Seat(workload=name, ports={"http": 8000, "metrics": 9000}, replicas=replicas)


def everything(placement: Placement) -> list[str]:
    """Each address that something listens on, as often as it was given out."""
    return [each.address for each in placement.locations] + [
        each.listen.host for each in placement.edges
    ]


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
    return seats, tuple(links)


@given(systems(), st.integers(FIRST, LAST - 1))
def test_no_address_is_given_out_twice(
    system: tuple[tuple[Seat, ...], tuple[Link, ...]], subnet: int
) -> None:
    placement = place(subnet, *system)
    found = everything(placement)
    assert len(found) == len(set(found))
    assert all(each.startswith(f"127.{subnet}.") for each in found)
    assert all(each.split(".")[3] not in {"0", "255"} for each in found)


@given(systems())
def test_the_same_system_is_placed_the_same(
    system: tuple[tuple[Seat, ...], tuple[Link, ...]],
) -> None:
    seats, links = system
    turned = place(40, tuple(reversed(seats)), tuple(reversed(links)))
    assert sorted(everything(place(40, seats, links))) == sorted(everything(turned))


@given(systems(), st.integers(FIRST, LAST - 1), st.integers(FIRST, LAST - 1))
def test_systems_side_by_side_share_no_address(
    system: tuple[tuple[Seat, ...], tuple[Link, ...]], one: int, two: int
) -> None:
    shared = set(everything(place(one, *system))) & set(everything(place(two, *system)))
    assert not shared or one == two


@given(systems())
def test_every_replica_has_a_uid_of_its_own(
    system: tuple[tuple[Seat, ...], tuple[Link, ...]],
) -> None:
    addresses = [each.address for each in place(40, *system).locations]
    uids = {uid_of(each) for each in addresses}
    assert len(uids) == len(addresses)
    assert all(0x40000000 <= each < 2**31 for each in uids)


def test_a_new_workload_moves_no_other() -> None:
    before = place(40, (seat("api", 2), seat("worker")), ())
    after = place(40, (seat("api", 2), seat("cache"), seat("worker")), ())
    for name in ("api", "worker"):
        assert before.of(name) == after.of(name)


def test_an_edge_leads_from_an_address_of_its_own_to_its_target() -> None:
    link = Link(source="web", target="api", port="http")
    placement = place(40, (seat("web"), seat("api", 2)), (link,))
    assert [str(each.upstream) for each in placement.edges] == [
        f"{each.address}:8000" for each in placement.of("api")
    ]
    assert [each.listen.port for each in placement.edges] == [8000, 8000]
    assert placement.via("web", "api", "http") == tuple(e.listen for e in placement.edges)
    assert placement.via("other", "api", "http") == tuple(e.upstream for e in placement.edges)


@given(st.text(max_size=30))
def test_a_subnet_is_one_that_people_do_not_type(name: str) -> None:
    assert FIRST <= subnet_of(name) < LAST
    assert subnet_of(name) == subnet_of(name)
