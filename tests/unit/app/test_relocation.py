"""A store's way to its other region: what is to be done follows from what is seen."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field, replace
from typing import Any, cast

import pytest

from seatrial.app.failover import Cluster
from seatrial.app.relocation import Relocation, Step
from seatrial.app.unclear import Unclear
from seatrial.contract.placement import Endpoint
from seatrial.contract.runtime import (
    Answer,
    Executed,
    Headers,
    Phase,
    ReplicaStatus,
    Runtime,
    RuntimeFailure,
)
from seatrial.engines.patroni import hands, rest

Told = dict[str, Any]
SHUT = "Database cluster state: shut down\nLatest checkpoint location: 0/{:X}\n"


def primary(at: int = 900) -> Told:
    return {"state": "running", "role": "primary", "xlog": {"location": at}}


def head(at: int = 900, *, streams: bool = True, written: str = "") -> Told:
    log = {"replayed_location": at, "replayed_timestamp": written or None}
    state = "streaming" if streams else ""
    return {
        "state": "running", "role": "standby_leader", "replication_state": state, "xlog": log
    }  # fmt: skip


JOINED = "everybody follows the primary in us"
STOPPED: Told = {"state": "stopped", "role": "demoted"}
LONELY: Told = {"state": "running", "role": "replica", "xlog": {"replayed_location": 900}}


@dataclass
class Regions:
    """Two regions' members; a test moves them as it likes between two looks."""

    here: Told | None
    there: Told | None
    copied: dict[str, bool] = field(default_factory=lambda: {"eu": False, "us": True})
    phase: Phase = Phase.HELD
    shut: int | None = None
    refuses: bool = False
    obeys: bool = True
    aside: list[str] = field(default_factory=list)
    ordered: list[tuple[str, str]] = field(default_factory=list)
    obeyed: list[str] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    agreed: Told | None = None  # what eu's members are a copy of, as its witness tells
    asked: list[tuple[str, str]] = field(default_factory=list)
    stopped: list[str] = field(default_factory=list)
    others: list[Told] = field(default_factory=list)  # of either region, as /cluster tells
    late: int = 0  # how often the members still tell of what was before
    unsent: int | str = 0

    def request(
        self,
        method: str,
        workload: str,
        port: str,
        path: str,
        body: str = "",
        *,
        headers: Headers = (),
        replica: int = 0,
    ) -> Answer:
        assert bool(headers) is (method == "PATCH")
        assert replica == 0
        if port == "client":
            return self._witness(path, base64.b64decode(json.loads(body)["key"]).decode())
        region = "us" if workload.endswith("-us") else "eu"
        told = self.there if region == "us" else self.here
        if told is None:
            raise RuntimeFailure(f"{workload} does not answer", "")
        if path == rest.CLUSTER:
            return Answer(status=200, body=json.dumps(self._cluster(told)).encode())
        if path == "/patroni":
            return Answer(status=200, body=json.dumps(told).encode())
        if method == "PATCH":
            self.asked.append((region, body))
            if self.refuses:
                return Answer(status=503, body=b"no majority")
            self.copied[region] = json.loads(body)["standby_cluster"] is not None
            self._obeyed(region)
        standby = {"host": "x"} if self.copied[region] else None
        return Answer(status=200, body=json.dumps({"standby_cluster": standby}).encode())

    def _witness(self, path: str, key: str) -> Answer:
        if path == "/v3/kv/deleterange":
            self.deleted.append(key)
            return Answer(status=200, body=b"{}")
        assert (path, key) == ("/v3/kv/range", "/seatrial/db/config")
        if self.agreed is None:
            return Answer(status=503, body=b"no leader")
        value = base64.b64encode(json.dumps({"standby_cluster": self.agreed}).encode()).decode()
        return Answer(status=200, body=json.dumps({"kvs": [{"value": value}]}).encode())

    def _cluster(self, told: Told) -> Told:
        """As the members tell it: of a head that has begun to get the log some looks later."""
        self.late -= 1
        streams = told.get("replication_state") == "streaming" and self.late < 0
        state = "streaming" if streams else told["state"]
        role = "leader" if told["role"] == "primary" else told["role"]
        return {"members": [{"name": "one", "role": role, "state": state, "lag": 0}, *self.others]}

    def _obeyed(self, region: str) -> None:
        """A region that is told does as it is told, and the other follows."""
        if not self.obeys:
            return
        if region == "eu":
            self.here = head(streams=False)
        else:
            self.there = primary()
            self.here = self.here and head()

    def status(self) -> tuple[ReplicaStatus, ...]:
        return (ReplicaStatus(workload="db-members", replica=0, phase=self.phase),)

    def kill(self, workload: str) -> None:
        self.stop(workload)

    def stop(self, workload: str) -> None:
        self.stopped.append(workload)
        self.phase, self.here = Phase.EXITED, None

    def put(self, workload: str, path: str, _text: str, *, replica: int) -> None:
        assert replica == 0
        self.ordered.append((workload, path))

    def empty(self, _workload: str, _volume: str, keep_as: str) -> None:
        self.aside.append(keep_as)

    def start(self, _workload: str) -> None:
        self.here = head()

    def known_secrets(self, names: tuple[str, ...]) -> dict[str, str]:
        return dict.fromkeys(names, "s3cret")

    def execute(self, workload: str, argv: tuple[str, ...], *, replica: int) -> Executed:
        assert replica == 0
        if argv == hands.OBEYED:
            self.obeyed.append(workload)
        if argv == hands.UNSENT:
            return Executed(status=0, stdout=f"{self.unsent}\n", stderr="")
        said = "" if self.shut is None else SHUT.format(self.shut)
        return Executed(status=0, stdout=said, stderr="")


def way(regions: Regions) -> Relocation:
    """From eu to us."""

    def side(region: str, suffix: str) -> Cluster:
        return Cluster(
            store="db",
            region=region,
            front=f"db{suffix}",
            workload=f"db-members{suffix}",
            witnesses=(f"db-etcd-1{suffix}",),
            replicas=1,
            synchronous=True,
            rpo=10.0,
            orders=rest.shown("db-rest"),
            stream=Endpoint(host="10.0.0.1", port=5433),
            runtime=cast("Runtime", regions),
        )

    return Relocation(source=side("eu", ""), target=side("us", "-us"))


def carried(regions: Regions) -> list[str]:
    now, said = [0.0], []

    def sleep(seconds: float) -> None:
        now[0] += seconds

    one = way(regions)
    one.carried_out(one.planned(), said.append, lambda: now[0], sleep)
    return said


def test_by_plan_home_is_fenced_before_the_copy_is_let_in() -> None:
    regions = Regions(here=primary(), there=head())
    last = (Step.FOLLOW, Step.JOIN)
    assert way(regions).planned() == (Step.FENCE, Step.CATCH_UP, Step.PROMOTE, *last)
    assert carried(regions) == [
        "eu takes no writes any more",
        "us has all that eu had",
        "us takes the writes",
        "eu follows us",
        JOINED,
    ]
    assert [each for each, _ in regions.asked] == ["eu", "us"]
    assert regions.ordered == [("db-members-us", "ordered")]  # who is promoted, and nobody else
    assert regions.obeyed == ["db-members-us"]  # and the order counts once
    assert not regions.stopped


def test_who_is_there_already_is_told_so_and_nothing_is_done() -> None:
    for here in (head(), None):
        done = Regions(here=here, there=primary(), copied={"eu": True, "us": False})
        assert way(done).planned() == ()
        assert done.asked == []
    # broken off before the old region was told, or it came back and follows nobody
    half = Regions(here=LONELY, there=primary(), copied={"eu": False, "us": False})
    assert way(half).planned() == (Step.FOLLOW, Step.JOIN)


def test_who_was_broken_off_between_fence_and_promotion_goes_on() -> None:
    half = Regions(here=head(streams=False), there=head(), copied={"eu": True, "us": True})
    assert carried(half)[-3:] == ["us takes the writes", "eu follows us", JOINED]
    assert [each for each, _ in half.asked] == ["us"]  # eu was told before


def test_of_a_lost_region_whatever_still_runs_is_stopped_first() -> None:
    hung = Regions(here=None, there=head(), phase=Phase.PAUSED)
    assert way(hung).planned() == (Step.FENCE, Step.PROMOTE, Step.JOIN)
    assert carried(hung) == ["eu takes no writes any more", "us takes the writes", JOINED]
    assert hung.stopped == ["db-members"]
    gone = Regions(here=None, there=head(), phase=Phase.HELD)
    assert carried(gone)[-2:] == ["us takes the writes", JOINED]
    assert not gone.stopped


def test_who_cannot_be_told_is_given_time_and_then_ended() -> None:
    refuses = Regions(here=primary(), there=head(), refuses=True, phase=Phase.UNREADY)
    one = way(refuses)
    one._fenced(late=False, kept=False)
    assert refuses.stopped == []
    one._fenced(late=True, kept=False)
    assert refuses.stopped == ["db-members"]


def test_nothing_is_emptied_that_would_not_begin_as_a_copy() -> None:
    for here, copied in ((None, True), (LONELY, False)):
        regions = Regions(here=here, there=primary(), copied={"eu": copied, "us": False})
        one = way(regions)
        with pytest.raises(RuntimeFailure, match="would begin as a copy nobody says"):
            one._emptied()
        assert (regions.stopped, regions.aside) == ([], [])


def test_who_came_back_while_the_other_was_let_in_is_fenced_again() -> None:
    regions = Regions(here=None, there=head(), phase=Phase.HELD)
    one = way(regions)
    assert one.planned() == (Step.FENCE, Step.PROMOTE, Step.JOIN)
    regions.here = primary()  # after the fence was seen
    said: list[str] = []
    one.carried_out((Step.PROMOTE,), said.append, lambda: 0.0, lambda _seconds: None)
    assert [each for each, _ in regions.asked] == ["eu", "us"]
    assert said == ["us takes the writes"]


def test_what_was_written_while_the_other_was_let_in_is_handed_over_as_well() -> None:
    regions = Regions(here=head(), there=head(), copied={"eu": True, "us": True})
    one, now, asked = way(regions), [0.0], []

    def said(step: str) -> None:
        if step == "us has all that eu had":  # and somebody else lets eu in again
            regions.here, regions.copied["eu"], regions.obeys = primary(950), False, False

    def sleep(seconds: float) -> None:
        now[0] += seconds
        if regions.copied["eu"]:
            regions.here = head(at=950)
        if now[0] > 10.0:
            regions.there = head(at=950)
        if not regions.copied["us"]:
            asked.append(now[0])
            regions.there = primary(950)

    one.carried_out((Step.CATCH_UP, Step.PROMOTE), said, lambda: now[0], sleep)
    assert [each for each, _ in regions.asked] == ["eu", "us"]
    assert asked[0] > 10.0


def test_whom_an_order_ended_the_same_order_starts_again() -> None:
    left = Regions(here=None, there=primary(), copied={"eu": True, "us": False})
    left.phase = Phase.EXITED
    assert way(left).planned() == ()  # nobody says that it would begin as a copy
    left.agreed = {"host": "x"}
    assert way(left).planned() == (Step.FOLLOW, Step.JOIN)
    assert carried(left) == ["eu follows us", JOINED]
    left.here, left.phase = None, Phase.HELD  # of one that is lost nobody is waited for
    assert way(left).planned() == ()


def test_one_that_is_to_hand_over_is_not_ended_for_a_moments_silence() -> None:
    regions = Regions(here=primary(), there=head(), phase=Phase.UNREADY)
    one, now = way(regions), [0.0]
    steps = one.planned()
    regions.here = None

    def sleep(seconds: float) -> None:
        now[0] += seconds
        if now[0] > 10.0 and regions.here is None:
            regions.here = primary()

    one.carried_out(steps, lambda _told: None, lambda: now[0], sleep)
    assert regions.stopped == []

    dead = Regions(here=primary(), there=head(), phase=Phase.UNREADY)
    one, now = way(dead), [0.0]
    steps, dead.here = one.planned(), None
    with pytest.raises(RuntimeFailure, match="us has all that eu had") as failed:
        one.carried_out(steps, lambda _told: None, lambda: now[0], sleep)
    assert dead.stopped
    assert "--to eu" in failed.value.cure
    back = Relocation(source=one.target, target=one.source)
    assert back.planned()[0] is Step.START  # which it is then, and not refused


def test_of_a_region_that_answers_and_has_no_primary_nobody_waits_for_the_rest() -> None:
    headless = Regions(here=LONELY, there=head(written=NEWEST))
    one = way(headless)
    assert one.planned() == (Step.FENCE, Step.PROMOTE, Step.FOLLOW, Step.JOIN)
    assert one.exposed(lambda: AT + 20) == 20.0  # it cannot hand over, so that some may be lost
    assert carried(headless)[-2:] == ["eu follows us", JOINED]


def test_a_copy_that_has_not_all_is_not_let_in() -> None:
    regions = Regions(here=primary(), there=head(at=800))
    with pytest.raises(RuntimeFailure, match=r"not seen within 120 s that us has all that eu had"):
        carried(regions)
    assert [each for each, _ in regions.asked] == ["eu"]


def test_a_server_that_was_stopped_counts_with_where_its_log_ends() -> None:
    regions = Regions(here=STOPPED, there=head(at=0x384), copied={"eu": True, "us": True})
    one = way(regions)
    assert one.view(one.source).position is None  # not known is not nothing
    regions.shut = 0x384
    assert one.view(one.source).position == 0x385
    assert not one.view(one.target).has(one.view(one.source).position)
    regions.there = head(at=0x400)
    assert one.view(one.target).has(one.view(one.source).position)


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(Unclear, match="answers in either region; run `seatrial up`"):
        way(Regions(here=None, there=None)).planned()


def test_where_both_take_writes_one_sides_are_thrown_away_by_order_only() -> None:
    both = Regions(here=primary(), there=primary(), copied={"eu": False, "us": False})
    assert way(both).planned() == (Step.FENCE, Step.ANEW)
    with pytest.raises(Unclear, match="how much of db is lost with eu is unknown"):
        way(both).allowed(None, lambda: 0.0)
    assert "accepted is 10 min" in way(both).allowed(600.0, lambda: 0.0)


def test_a_copy_is_made_anew_and_what_it_had_is_set_aside() -> None:
    regions = Regions(here=LONELY, there=primary(), copied={"eu": True, "us": False})
    one = way(regions)
    steps = one.anew()
    said: list[str] = []
    one.carried_out(steps, said.append, lambda: 0.0, lambda _seconds: None)
    assert said[-1].startswith("eu is copied from us anew")
    assert regions.stopped == ["db-members"]  # at once: nothing of it is needed
    assert [each.partition("-members-")[0] for each in regions.aside] == ["db"]
    assert regions.deleted == ["/seatrial/db/initialize", "/seatrial/db/leader"]
    for here, there in ((primary(), head()), (primary(), primary()), (LONELY, LONELY)):
        with pytest.raises(Unclear, match="only while the primary is there"):
            way(Regions(here=here, there=there)).anew()


def test_who_was_ended_because_it_would_not_stop_is_copied_anew_all_the_same() -> None:
    both = Regions(here=primary(), there=primary(), copied={"eu": False, "us": False}, obeys=False)
    both.phase = Phase.READY
    with pytest.raises(RuntimeFailure, match="a copy nobody says"):
        carried(both)
    assert (both.here, both.aside) == (None, [])  # it would begin as a store of its own
    again = replace(both, here=primary(), phase=Phase.READY, agreed={"host": "x"}, stopped=[])
    again.copied = {"eu": False, "us": False}
    assert carried(again)[-1].startswith("eu is copied from us anew")
    assert set(again.stopped) == {"db-members"}
    assert len(again.aside) == 1


def test_who_is_being_copied_is_left_alone_however_long_it_takes() -> None:
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds
        if now[0] > 300.0:
            regions.here = head()

    regions = Regions(here=None, there=primary(), copied={"eu": True, "us": False})
    regions.phase = Phase.UNREADY  # it runs, and says nothing yet
    one = way(regions)
    one._until(Step.ANEW, lambda: now[0], sleep)
    assert (regions.stopped, now[0] > 300.0) == ([], True)


def test_a_copy_that_does_not_follow_in_time_is_to_be_made_anew() -> None:
    half = Regions(here=LONELY, there=primary(), copied={"eu": False, "us": False}, obeys=False)
    with pytest.raises(RuntimeFailure, match="120 s that eu follows us") as failed:
        carried(half)
    assert "--rebuild eu" in failed.value.cure


def test_a_copy_that_follows_nobody_is_made_one_first() -> None:
    regions = Regions(here=primary(), there=LONELY)
    assert way(regions).planned()[0] is Step.COPY


# -- what may be lost --------------------------------------------------------------------------

NEWEST = "2026-11-27 10:00:00+00:00"
AT = 1795773600.0  # the same in seconds


def lost(written: str = NEWEST) -> Relocation:
    return way(Regions(here=None, there=head(written=written)))


def test_more_than_the_rpo_is_refused_with_the_figure() -> None:
    # who is only cut off may have taken writes until now: what counts is when somebody asks
    assert (
        lost().allowed(None, lambda: AT + 5) == "at most what was written in the last 5 s is lost"
    )
    with pytest.raises(Unclear, match=r"last 25 s is lost, more than the RPO of 10 s.*loss 2m"):
        lost().allowed(None, lambda: AT + 25)
    assert "25 s" in lost().allowed(60.0, lambda: AT + 25)
    with pytest.raises(Unclear, match="more than what is accepted of 20 s"):
        lost().allowed(20.0, lambda: AT + 25)


def test_what_is_not_known_is_not_nothing() -> None:
    one = lost(written="")
    assert one.exposed(lambda: AT) is None
    with pytest.raises(Unclear, match="is unknown; write --accept-loss"):
        one.allowed(None, lambda: AT)
    assert "unknown; accepted is 1 min" in one.allowed(60.0, lambda: AT)


def test_who_hands_over_loses_nothing() -> None:
    one = way(Regions(here=primary(), there=head(written=NEWEST)))
    assert one.allowed(None, lambda: AT + 3600) == "nothing is lost: it is handed over"


def test_with_more_waiting_for_the_archive_than_a_successor_has_nobody_moves() -> None:
    regions = Regions(here=primary(), there=head(written=NEWEST))
    regions.unsent = 7
    way(regions).archived(None)
    regions.unsent = 8  # one more is closed by the stop
    with pytest.raises(Unclear, match="8 segments of the log of db are not archived yet"):
        way(regions).archived(None)
    regions.unsent = "psql: error"  # nobody says
    with pytest.raises(Unclear, match="archived nobody says"):
        way(regions).archived(None)
    way(regions).archived(60.0)  # who accepts a loss has said so
    regions.here = None  # a lost region is asked for nothing
    way(regions).archived(None)


def test_what_is_last_is_done_once_the_members_tell_it() -> None:
    """Whoever looks next with `seatrial failover` is told what they tell."""
    regions = Regions(here=primary(), there=head(), late=3)
    assert carried(regions)[-2:] == ["eu follows us", JOINED]
    assert regions.late < 0


def test_who_still_starts_where_the_store_went_is_waited_for() -> None:
    """A move ended before its last look was well: a member was still being copied."""
    starting = {"name": "two", "role": "replica", "state": "starting"}
    regions = Regions(here=primary(), there=head(), others=[starting])
    with pytest.raises(RuntimeFailure, match="120 s that everybody follows") as failed:
        carried(regions)
    assert failed.value.cure.startswith("db is moved; `seatrial failover` shows who")
    assert way(regions).planned() == (Step.JOIN,)  # the same order waits on
    regions.others[0] |= {"state": "streaming", "lag": 0}
    assert way(regions).planned() == ()


def test_who_does_not_follow_yet_where_the_store_was_is_waited_for() -> None:
    """The last look of a page asks everybody; a member that is rewound takes its time."""
    done = Regions(here=head(streams=False), there=primary(), copied={"eu": True, "us": False})
    assert Step.JOIN in way(done).planned()
    done.here = head()
    assert way(done).planned() == ()
