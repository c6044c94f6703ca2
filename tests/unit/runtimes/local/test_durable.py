from pathlib import Path

from seatrial.contract.output import Origin, Volume, Workload
from seatrial.contract.placement import Placement
from seatrial.runtimes.local.down import down
from seatrial.runtimes.local.durable import note, noted
from seatrial.runtimes.local.engines import Engines
from seatrial.runtimes.local.fleet import Fleet
from seatrial.runtimes.local.home import Home


def fleet(home: Home, **durable: bool) -> Fleet:
    return Fleet(
        home=home,
        folder=home.path.parent,
        engines=Engines(home.path / "no-cache"),
        placement=Placement(runtime="local", locations=(), edges=()),
        workloads={
            name: Workload(
                name=name,
                origin=Origin.STORE,
                argv=("true",),
                volumes=(Volume(name="data", path="data", durable=kept),),
            )
            for name, kept in durable.items()
        },
        secrets={},
    )


def written(home: Home, *names: str) -> list[Path]:
    found = [home.replica(each, 0) / "data" / "file" for each in names]
    for each in found:
        each.parent.mkdir(parents=True)
        each.write_text("kept")
    return found


def test_data_outlives_every_down_and_the_file_that_named_it(home: Home) -> None:
    database, cache, old = written(home, "database", "cache", "old")
    note(fleet(home, old=True))
    note(fleet(home, database=True, cache=False))
    home.write("desired.json", {})
    for _ in range(2):
        down(home, purge=False, progress=lambda _: None)
        assert database.read_text() == old.read_text() == "kept"
        assert not cache.exists()
        assert not (home.path / "desired.json").exists()
    down(home, purge=True, progress=lambda _: None)
    assert not home.path.exists()


def test_where_nothing_is_kept_nothing_is_left(home: Home) -> None:
    written(home, "cache")
    note(fleet(home, cache=False))
    assert noted(home) == ()
    down(home, purge=False, progress=lambda _: None)
    assert not home.path.exists()


def test_where_nobody_noted_what_is_data_all_of_it_is(home: Home) -> None:
    """As an earlier version left it."""
    (database,) = written(home, "database")
    down(home, purge=False, progress=lambda _: None)
    assert database.read_text() == "kept"
