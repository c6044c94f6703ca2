"""In which order all comes back."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from seatrial.system.graph import recovery_order
from seatrial.system.model import System


def system(needs: dict[str, list[str]], *, stores: tuple[str, ...] = ()) -> System:
    """Services by what they need; `mail` is somebody else's."""
    return System.model_validate(
        {
            "system": "shop",
            "services": {
                name: {"owner": "web", "run": "sleep 9", "needs": each}
                for name, each in needs.items()
            },
            "stores": {
                name: {"engine": "postgres", "version": "15", "owner": "web"} for name in stores
            },
            "externals": {"mail": {"owner": "web", "url": "https://mail.example"}},
        }
    )


def test_nothing_comes_back_before_what_it_needs_and_ties_stay_in_the_files_order() -> None:
    made = system(
        {"gateway": ["api"], "worker": ["orders"], "api": ["orders", "mail"], "batch": []},
        stores=("zoo", "orders"),
    )
    assert recovery_order(made) == (("zoo", "orders", "batch"), ("worker", "api"), ("gateway",))


def test_a_need_that_is_dropped_changes_the_order() -> None:
    # the control of the one above: the order is that of `needs`, and of nothing else
    made = system({"gateway": [], "api": ["orders"]}, stores=("orders",))
    assert recovery_order(made) == (("orders", "gateway"), ("api",))


@given(st.integers(1, 12), st.data())
def test_of_any_system_all_come_back_once_each_after_its_needs(
    count: int, data: st.DataObject
) -> None:
    names = data.draw(st.permutations([f"s{each}" for each in range(count)]))
    needs = {
        f"s{each}": data.draw(
            st.lists(st.sampled_from(names[: names.index(f"s{each}")]), unique=True)
        )
        if names.index(f"s{each}")
        else []
        for each in range(count)
    }
    waves = recovery_order(system(needs))
    flat = [each for wave in waves for each in wave]
    assert sorted(flat) == sorted(needs)
    number = {name: at for at, wave in enumerate(waves) for name in wave}
    for name, needed in needs.items():
        # in the first wave in which it can be, not merely in one after its needs
        assert number[name] == max((number[each] + 1 for each in needed), default=0)
