"""A planned change of the primary: who is fit, what is refused, how it is followed."""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from typing import Any, cast

import pytest

from seatrial.app import failover
from seatrial.app.failover import Cluster, Switch
from seatrial.app.unclear import Unclear
from seatrial.contract.runtime import Answer, Headers, Runtime, RuntimeFailure
from seatrial.engines.patroni import rest

Member = dict[str, Any]


def member(number: int, role: str, state: str = "streaming", lag: int | str = 0) -> Member:
    return {"name": f"db-members-{number}", "role": role, "state": state, "lag": lag}


LEADER = member(0, "leader", "running")
BEST = member(2, "sync_standby")
SHOWN = (("authorization", f"Basic {base64.b64encode(b'seatrial:s3cret').decode()}"),)


class Members:
    """Answers of the cluster one after the other, the last again and again; None: nobody."""

    def __init__(self, *told: list[Member] | None) -> None:
        self._told = list(told)
        self.asked: list[tuple[str, str, int, str]] = []
        self.refuses = ""
        self.start = "then"
        self.ends: int | None = None

    def request(
        self,
        method: str,
        workload: str,
        _port: str,
        path: str,
        body: str,
        *,
        headers: Headers,
        replica: int,
    ) -> Answer:
        self.asked.append((method, path, replica, body))
        assert headers == (() if method == "GET" else SHOWN), "whoever changes it shows who he is"
        if method == "POST":
            return Answer(status=412 if self.refuses else 200, body=self.refuses.encode())
        if path == "/patroni":
            own = {"postmaster_start_time": self.start, "xlog": {"location": self.ends}}
            return Answer(status=200, body=json.dumps(own).encode())
        told = self._told.pop(0) if len(self._told) > 1 else self._told[0]
        if told is None:
            raise RuntimeFailure(f"{workload} does not answer", "")
        return Answer(status=200, body=json.dumps({"members": told}).encode())

    def known_secrets(self, names: tuple[str, ...]) -> dict[str, str]:
        return dict.fromkeys(names, "s3cret")


def cluster(members: Members, *, synchronous: bool = False) -> Cluster:
    return Cluster(
        store="db",
        region="eu",
        front="db",
        workload="db-members",
        witnesses=(),
        replicas=3,
        synchronous=synchronous,
        rpo=10.0,
        orders=rest.shown("db-rest"),
        stream=None,
        runtime=cast("Runtime", members),
    )


def test_a_synchronous_standby_takes_over_before_one_that_is_behind() -> None:
    behind, unknown = member(1, "replica", lag=9), member(3, "replica", lag="unknown")
    found = cluster(Members([LEADER, unknown, behind, BEST])).planned()
    assert found == Switch(leader="db-members-0", candidate="db-members-2", lag=0, synchronous=True)
    assert cluster(Members([LEADER, unknown, behind])).planned().candidate == "db-members-1"
    chosen = cluster(Members([LEADER, behind, BEST])).planned("db-members-1")
    assert (chosen.candidate, chosen.lag, chosen.synchronous) == ("db-members-1", 9, False)


@pytest.mark.parametrize(
    ("told", "to", "words"),
    [
        ([BEST], "", "db has no primary"),
        ([LEADER], "", "no standby could take over from db-members-0 yet; wait"),
        ([LEADER, member(1, "replica", "starting"), BEST], "db-members-1", "write --to db-mem"),
        ([LEADER, BEST], "db-members-0", "is the primary of db already"),
        ([LEADER, BEST], "db-member-2", 'did you mean "db-members-2"'),
    ],
)
def test_what_cannot_be_is_refused_with_its_cure(told: list[Member], to: str, words: str) -> None:
    with pytest.raises(Unclear, match=words):
        cluster(Members(told)).planned(to)


def test_where_writes_wait_for_a_standby_only_such_a_one_takes_over() -> None:
    near = member(1, "replica", lag=0)
    assert cluster(Members([LEADER, near, BEST]), synchronous=True).planned().candidate == (
        "db-members-2"
    )
    with pytest.raises(Unclear, match=r"wait until .* shows a synchronous standby"):
        cluster(Members([LEADER, near]), synchronous=True).planned()
    with pytest.raises(Unclear, match=r"db-members-1 could not take over .*--to db-members-2"):
        cluster(Members([LEADER, near, BEST]), synchronous=True).planned("db-members-1")


def test_whoever_answers_is_asked() -> None:
    members = Members(None, [LEADER, BEST])
    assert len(cluster(members).members()) == 2
    assert [each[2] for each in members.asked] == [0, 1]
    with pytest.raises(RuntimeFailure, match="does not answer"):
        cluster(Members(None)).members()


def test_the_primary_itself_is_told_to_hand_over() -> None:
    members = Members([LEADER, BEST])
    one = cluster(members)
    one.order(one.planned())
    method, path, replica, body = members.asked[-1]
    assert (method, path, replica) == ("POST", "/switchover", 0)
    assert json.loads(body) == {"leader": "db-members-0", "candidate": "db-members-2"}
    members.refuses = "candidate is not healthy"
    with pytest.raises(Unclear, match="the cluster of db refused: candidate is not healthy"):
        one.order(one.planned())


def test_it_is_followed_until_the_old_one_follows() -> None:
    stopping = [member(0, "replica", "stopped"), member(2, "leader", "running")]
    done = [member(0, "sync_standby"), member(2, "leader", "running")]
    now = [0.0]

    def sleep(seconds: float) -> None:
        now[0] += seconds

    switch = Switch(leader="db-members-0", candidate="db-members-2", lag=0, synchronous=True)
    said: list[str] = []
    members = Members([LEADER, BEST], stopping, stopping, done)
    cluster(members).followed(switch.steps, said.append, lambda: now[0], sleep)
    assert said == ["db-members-2 is the primary", "db-members-0 follows it"]
    with pytest.raises(RuntimeFailure, match="not seen within 120 s that db-members-0 follows it"):
        cluster(Members(stopping)).followed(switch.steps, said.append, lambda: now[0], sleep)


def test_a_standby_is_copied_anew_and_a_primary_is_not() -> None:
    members = Members([LEADER, BEST])
    wanted = cluster(members).rebuild("db-members-2")
    assert members.asked[-1][:3] == ("POST", "/reinitialize", 2)
    assert (wanted.member, wanted.leads, wanted.before) == ("db-members-2", False, "then")
    with pytest.raises(Unclear, match="db-members-0 is the primary of db"):
        cluster(members).rebuild("db-members-0")
    with pytest.raises(Unclear, match="no member of db is called db-members-9"):
        cluster(members).rebuild("db-members-9")


def test_the_copy_is_seen_by_its_server_being_another_one() -> None:
    now = [0.0]
    members = Members([LEADER, BEST])

    def sleep(seconds: float) -> None:
        now[0] += seconds
        members.start = "now" if now[0] > 10 else "then"

    said: list[str] = []
    one = cluster(members)
    one.followed((one.rebuild("db-members-2"),), said.append, lambda: now[0], sleep)
    assert (said, now[0] > 10) == (["db-members-2 follows the primary"], True)


def _regions() -> tuple[tuple[Cluster, Members], tuple[Cluster, Members]]:
    home, there = (
        Members([LEADER]),
        Members([{**member(0, "standby_leader", lag="unknown"), "name": "db-members-us-0"}]),
    )
    far = replace(cluster(there), region="us", workload="db-members-us")
    return (cluster(home), home), (far, there)


def test_a_name_of_neither_a_region_nor_a_member_is_told_with_both() -> None:
    (eu, _), (us, _) = _regions()
    assert failover.holding((eu, us), "db-members-us-1") is us
    assert failover.holding((us, eu), "") is eu, "it has the primary"
    with pytest.raises(Unclear, match='region or member of db is called uss; did you mean "us"'):
        failover.holding((eu, us), "uss")


@pytest.mark.parametrize(
    ("end", "got", "behind"), [(900, 700, 200), (900, 901, 0), (None, 700, None), (900, None, None)]
)
def test_how_far_the_head_of_a_copy_is_behind_is_counted_from_the_primary(
    end: int | None, got: int | None, behind: int | None
) -> None:
    (eu, home), (us, there) = _regions()
    home.ends, there.ends = end, got
    held = [(each.region, one) for each in (eu, us) for one in each.members()]
    assert [one.lag for _, one in failover.behind((eu, us), held)] == [0, behind]
    assert [asked[1] for asked in there.asked] == ["/cluster", "/patroni"]
