"""Which workload holds a store's data."""

from seatrial.system.held import fails_over, holder, holders
from seatrial.system.model import System

_SYSTEM = System.model_validate(
    {
        "system": "shop",
        "teams": {"web": {}},
        "regions": {"eu": {"home": True}, "us": {}},
        "services": {"api": {"owner": "web", "image": "shop/api:1"}},
        "stores": {
            "alone": {"engine": "postgres", "version": "15", "owner": "web"},
            "several": {"engine": "postgres", "version": "15", "owner": "web", "failover": {}},
            "copied": {
                "engine": "postgres",
                "version": "15",
                "owner": "web",
                "failover": {"region": "us"},
            },
        },
    }
)


def test_its_own_unless_it_fails_over() -> None:
    assert (fails_over(_SYSTEM, "alone"), holder(_SYSTEM, "alone")) == (False, "alone")
    assert fails_over(_SYSTEM, "several")
    assert holder(_SYSTEM, "several") == "several-members"


def test_and_a_copy_in_another_region_holds_it_too() -> None:
    assert holders(_SYSTEM, "alone") == ("alone",)
    assert holders(_SYSTEM, "several") == ("several-members",)
    assert holders(_SYSTEM, "copied") == ("copied-members", "copied-members-us")
