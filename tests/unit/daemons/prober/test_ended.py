"""What became of runs since a moment."""

from __future__ import annotations

from seatrial.daemons.prober.ended import KEPT, Ended


def ended(*runs: tuple[float, str]) -> Ended:
    found = Ended(known=0.0)
    for each in runs:
        found.add(*each)
    return found


def test_the_longest_time_without_one_that_went_well_is_told() -> None:
    found = ended((10.0, ""), (11.0, ""), (12.0, "refused"), (15.0, ""), (15.5, "status 503"))
    told = found.since(10.5, 17.0)
    assert (told["ok"], told["failed"], told["known"]) == (2, 2, 0.0)
    assert (told["longest"], told["open"]) == (4.0, 2.0)
    assert told["faults"] == {"refused": 1, "status 503": 1}


def test_a_time_that_lasts_counts_up_to_now() -> None:
    told = ended((10.0, "")).since(9.0, 40.0)
    assert (told["longest"], told["open"]) == (30.0, 30.0)
    nothing = ended().since(9.0, 12.0)
    assert (nothing["ok"], nothing["longest"], nothing["open"]) == (0, 3.0, 3.0)


def test_it_is_told_since_when_each_is_remembered() -> None:
    found = ended((10.0, ""), (20.0, ""), (15.0 + KEPT, ""))
    assert found.since(9.0, 16.0 + KEPT)["known"] == 10.0
    assert Ended(known=5.0).since(4.0, 6.0)["known"] == 5.0
