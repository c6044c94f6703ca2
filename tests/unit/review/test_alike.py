"""What is the same of several is said once; what differs in more than the name is not."""

from __future__ import annotations

from review_samples import POSTGRES, box, compose, everywhere

from seatrial.review.alike import alike, named
from seatrial.review.assess import assess
from seatrial.review.exceptions import Judged
from seatrial.review.subject import Subject


def judged(rule: str, subject: Subject) -> tuple[Judged, ...]:
    return tuple(each for each in assess(subject).judged if each.finding.rule.id == rule)


def test_the_same_of_several_is_one_group_with_all_lines() -> None:
    found = judged("A0301", compose(box("web", 3), box("we", 7), box("db", 9, image=POSTGRES)))
    (group,) = alike(found)
    assert group == found
    assert named(group, "compose.yaml") == ("web (:3)", "we (:7)", "db (:9)")
    assert named(group, "other.yaml")[0] == "web (compose.yaml:3)"


def test_another_cure_or_another_sentence_is_another_group() -> None:
    shop = compose(
        box("web", 3, ports=everywhere(80)),
        box("api", 5, ports=everywhere(8080)),
        box("db", 7, image=POSTGRES, ports=everywhere(5432)),
        box("old", 9, image=POSTGRES, ports=everywhere(5432)),
    )
    groups = alike(judged("A0201", shop))
    assert [[each.finding.subject for each in group] for group in groups] == [
        ["web"], ["api"], ["db", "old"]
    ]  # fmt: skip
    assert [len(group) for group in alike(judged("A0601", shop))] == [2]


def test_several_findings_of_one_subject_are_named_once() -> None:
    found = judged("A0301", compose(box("web", 3)))
    assert named((*found, *found), "compose.yaml") == ("web (:3)",)
