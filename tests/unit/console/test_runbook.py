from seatrial.console.runbook import page


def test_the_forms_of_our_runbooks() -> None:
    text = "# api\n\n- Owner: web\n- Look: `seatrial status`\n\n## Down\n\nIt is.\n\n"
    text += "```promql\nup\n```\n"
    found = page(text)
    assert [each.kind for each in found] == ["h1", "list", "h2", "text", "code"]
    assert found[2].id == "down"
    assert found[1].parts[1] == (("Look: ", False), ("seatrial status", True))
    assert found[4].lines == ("up",)


def test_markup_that_a_user_wrote_stays_text() -> None:
    (block,) = page("<script>alert(1)</script>")
    assert block.lines == ("<script>alert(1)</script>",)
