import re
from pathlib import Path

import seatrial.system
from seatrial.system.problem import CODES, Place, Problem

SOURCE = Path(seatrial.system.__file__).parent


def test_every_code_emitted_is_documented_and_every_one_documented_is_emitted() -> None:
    emitted = {
        code
        for path in SOURCE.rglob("*.py")
        if path.name != "codes.py"
        for code in re.findall(r'"(ST\d{4})"', path.read_text(encoding="utf-8"))
    }
    assert emitted == set(CODES)


def test_codes_are_documented_in_sentences() -> None:
    for code, doc in CODES.items():
        assert re.fullmatch(r"ST1\d{3}", code)
        assert not doc.title.endswith(".")
        assert doc.meaning.endswith(".")
        assert doc.cure.endswith(".")


def test_a_problem_reads_as_place_code_sentence_and_cure() -> None:
    problem = Problem(
        "ST1203",
        Place("seatrial.yaml", 41, 9),
        'unknown owner "paymnts" in services.api',
        'did you mean "payments"?',
    )
    assert str(problem) == (
        'seatrial.yaml:41:9 ST1203 unknown owner "paymnts" in services.api; '
        'did you mean "payments"?'
    )
    assert str(Problem("ST1001", None, "nothing", "look")) == "ST1001 nothing; look"


def test_a_problem_never_carries_what_a_terminal_would_obey() -> None:
    problem = Problem("ST1301", Place("a\nb", 1, 1), "unknown key \x1b[31m\n", "x" * 5000)
    assert str(problem).isprintable()
    assert len(str(problem)) < 1000
