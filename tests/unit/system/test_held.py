"""Which workload holds a store's data."""

from seatrial.system.held import fails_over, holder
from seatrial.system.model import System

_SYSTEM = System.model_validate(
    {
        "system": "shop",
        "teams": {"web": {}},
        "services": {"api": {"owner": "web", "image": "shop/api:1"}},
        "stores": {
            "alone": {"engine": "postgres", "version": "15", "owner": "web"},
            "several": {"engine": "postgres", "version": "15", "owner": "web", "failover": {}},
        },
    }
)


def test_its_own_unless_it_fails_over() -> None:
    assert (fails_over(_SYSTEM, "alone"), holder(_SYSTEM, "alone")) == (False, "alone")
    assert fails_over(_SYSTEM, "several")
    assert holder(_SYSTEM, "several") == "several-members"
