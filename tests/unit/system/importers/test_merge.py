"""What is new is added, what the user wrote stays, byte by byte."""

from __future__ import annotations

import pytest

from seatrial.system.importers.compose import sketch
from seatrial.system.importers.derive import Draft, derive
from seatrial.system.importers.merge import Merged, merge
from seatrial.system.importers.sketch import Sketch
from seatrial.system.importers.write import text as whole
from seatrial.system.load import loads
from seatrial.system.problem import Severity

FIRST = """\
services:
  web:
    image: a/web:1
    ports: ["80:8080"]
    environment: {MODE: fast}
"""
SECOND = """\
services:
  web:
    image: a/web:2
    ports: ["80:8080", "9000:9000"]
    environment: {MODE: slow, NEW: "1"}
    depends_on: [db, cron]
  cron:
    image: a/cron:1
  db:
    image: postgres:15
"""


def drawn(text: str) -> Draft:
    found = sketch({"compose.yaml": text}, environ={})
    assert isinstance(found, Sketch)
    return derive(found)


def merged(current: str, draft: Draft, base: Draft | None) -> Merged:
    known = loads(current).system
    names = () if known is None else (*known.services, *known.stores)
    found = merge(
        current,
        "seatrial.yaml",
        draft,
        None if base is None else base.document,
        elsewhere=names,
    )
    errors = [each for each in loads(found.text).problems if each.severity is Severity.ERROR]
    assert errors == []
    again = merge(found.text, "seatrial.yaml", draft, draft.document, elsewhere=names)
    assert again.text == found.text
    return found


def file_of(draft: Draft) -> str:
    return whole(draft.document, draft.remarks)


def test_what_is_new_is_added_and_what_only_the_source_changed_is_taken_over() -> None:
    first, second = drawn(FIRST), drawn(SECOND)
    found = merged(file_of(first), second, first)
    assert (
        found.text
        == """\
# yaml-language-server: $schema=./.seatrial/schema.json
# `seatrial explain KEY` says what a key means, for example `seatrial explain services.*.needs`.
seatrial: 1
system: system

teams:
  unassigned: {}  # nobody: name who answers for each thing below

services:
  web:
    owner: unassigned
    image: a/web:2
    ports: {http: 8080, port-9000: 9000}
    exposed: true
    environment:
      MODE: slow
      NEW: "1"
    needs: [db, cron]
  cron:
    owner: unassigned
    image: a/cron:1

promises: [R01, R03]  # what is to be proven; `seatrial explain R03` says what each one means

stores:
  db:
    engine: postgres
    version: "15"
    owner: unassigned
"""
    )


EDITED = """\
# ours
seatrial:   1
system:     shop            # not the folder's name
people: {ada: {name: Ada Moreau, email: ada@acme.example}}
teams:
    core:   {members: [ada], chat: "#core"}

services:
    web:                    # the shop
        owner:   core
        image:   a/web@sha256:0123   # pinned by hand
        ports:   {web: 8080}
        environment:
            MODE: careful   # since the incident

            # what follows is ours
            OURS: "yes"     # too
        limits: {memory: 1GiB}
    #   a comment at the end

slos:
    web: {service: web, availability: 99.9}
"""


def test_edits_comments_order_and_alignment_stay() -> None:
    first, second = drawn(FIRST), drawn(SECOND)
    found = merged(EDITED, second, first)
    written = [line for line in EDITED.splitlines() if line.strip()]
    kept = [line for line in found.text.splitlines() if line in written]
    changed = [line for line in written if line not in kept]
    assert changed == ["        ports:   {web: 8080}"]
    assert kept == [line for line in written if line not in changed]
    assert "        ports:   {web: 8080, port-9000: 9000}\n" in found.text
    assert '            OURS: "yes"     # too\n            NEW: "1"\n' in found.text
    assert "MODE: careful   # since the incident" in found.text
    assert "a/web@sha256:0123   # pinned by hand" in found.text
    assert "    cron:\n      owner: unassigned\n" in found.text
    assert "    unassigned: {}\n" in found.text
    told = {(each.subject, each.summary) for each in found.ledger}
    assert ("services.web.image", "differs from the source; yours is kept") in told
    assert ("services.web.environment.MODE", "differs from the source; yours is kept") in told


def test_what_the_user_deleted_stays_deleted() -> None:
    first = drawn(SECOND)
    current = file_of(first).replace("    exposed: true\n", "").replace('      NEW: "1"\n', "")
    current = current.replace("  cron:\n    owner: unassigned\n    image: a/cron:1\n", "")
    current = current.replace("needs: [db, cron]", "needs: [db]")
    assert merged(current, first, first).text == current


def test_what_disappeared_from_the_source_is_told_and_kept() -> None:
    first, second = drawn(SECOND), drawn(FIRST)
    found = merged(file_of(first), second, first)
    told = {each.subject: each for each in found.ledger}
    assert told["services.cron"].summary == "is no longer in the source"
    assert told["services.cron"].place.file == "seatrial.yaml"
    assert told["services.web.environment.NEW"].place.line > 1
    assert "  cron:" in found.text


def test_a_store_that_the_user_made_of_a_service_is_not_added_again() -> None:
    first = drawn("services: {web: {image: a}, db: {image: mariadb}}")
    current = (
        "seatrial: 1\nsystem: a\nteams: {t: {chat: c}}\nservices: {web: {owner: t, image: a}}\n"
        "stores: {db: {engine: mariadb, version: '11', owner: t}}\n"
    )
    assert merged(current, first, None).text == current


@pytest.mark.parametrize(
    ("current", "wanted"),
    [
        (
            "services: {web: {owner: t, image: a}}\n",
            'cron: {owner: unassigned, image: "a/cron:1"}}\n',
        ),
        (
            "services:\n  web: {owner: t, image: a, }   # ours\n",
            "  web: {owner: t, image: a,",
        ),
        (
            (
                "services:\n  web:\n    owner: t\n    image: a\n"
                "    run: |\n      sh -c '\n      # x'\n"
            ),
            "      # x'\n",
        ),
        ("services:\n  web:\n    owner: t\n    image: a", "  cron:\n    owner: unassigned\n"),
    ],
    ids=["braces", "trailing-comma", "block-text", "no-newline"],
)
def test_every_style_takes_additions(current: str, wanted: str) -> None:
    head = "seatrial: 1\nsystem: a\nteams: {t: {chat: c}}\n"
    found = merged(head + current, drawn(SECOND), None)
    assert wanted in found.text
    system = loads(found.text).system
    assert system is not None
    assert set(system.services) == {"web", "cron"}
    assert set(system.stores) == {"db"}
    assert system.services["web"].needs == ("db", "cron")


def test_windows_line_ends_stay() -> None:
    first, second = drawn(FIRST), drawn(SECOND)
    found = merged(file_of(first).replace("\n", "\r\n"), second, first)
    assert found.text.count("\n") == found.text.count("\r\n")


def test_a_mapping_shared_by_an_alias_is_left_to_the_user() -> None:
    current = (
        "seatrial: 1\nsystem: a\nteams: {t: {chat: c}}\nservices:\n"
        "  one: {owner: t, image: a, environment: &env {A: b}}\n"
        "  web: {owner: t, image: a, environment: *env}\n"
    )
    found = merged(current, drawn(SECOND), None)
    assert "environment: &env {A: b}}" in found.text
    assert any(each.cure == "add it by hand" for each in found.ledger)


def test_an_addition_that_would_break_the_file_is_left_out_and_told() -> None:
    # cron needs web here, so web's need of cron would close a circle
    current = (
        "seatrial: 1\nsystem: a\nteams: {t: {chat: c}}\nservices:\n"
        "  web: {owner: t, image: a}\n  cron: {owner: t, image: a, needs: [web]}\n"
    )
    found = merged(current, drawn(SECOND), None)
    assert any(each.subject == "services.web.needs" for each in found.ledger)
    assert "db:" in found.text
