"""Checks Slack's Block Kit within the limits of docs.slack.dev "Reference: blocks"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from seatrial.daemons.sink import forms

BLOCKS_LIMIT = 50
BLOCK_ID_LIMIT = 255
HEADER_LIMIT = 150
SECTION_LIMIT = 3000
SECTION_FIELDS_LIMIT = 10
SECTION_FIELD_LIMIT = 2000
CONTEXT_LIMIT = 10
ACTIONS_LIMIT = 25
_KINDS = frozenset(
    {"actions", "context", "divider", "file", "header", "image", "input", "markdown",
     "rich_text", "section", "table", "video"},
)  # fmt: skip


def check(blocks: Sequence[object], place: str) -> list[str]:
    """Give the faults of a list of blocks."""
    faults = []
    if len(blocks) > BLOCKS_LIMIT:
        faults.append(f"{place}: {len(blocks)}, {BLOCKS_LIMIT} are allowed")
    for number, block in enumerate(blocks):
        where = f"{place}[{number}]"
        if not isinstance(block, dict):
            faults.append(f"{where}: an object is wanted, not {forms.kind(block)}")
        elif block.get("type") not in _KINDS:
            faults.append(f"{where}.type: {block.get('type')!r} is no block")
        else:
            faults += _check_block(block, where)
    return faults


def headline(blocks: Sequence[object]) -> str:
    """Give the text of the first block that has one."""
    for block in blocks:
        if isinstance(block, dict) and isinstance(block.get("text"), dict):
            return str(block["text"].get("text", ""))
    return ""


def _check_block(block: dict[str, Any], place: str) -> list[str]:
    faults = []
    if "block_id" in block:
        faults += forms.text(block["block_id"], f"{place}.block_id", limit=BLOCK_ID_LIMIT)
    if block["type"] == "header":
        faults += _check_text(block.get("text"), f"{place}.text", HEADER_LIMIT, "plain_text")
    elif block["type"] == "section":
        faults += _check_section(block, place)
    elif block["type"] in {"context", "actions"}:
        limit = CONTEXT_LIMIT if block["type"] == "context" else ACTIONS_LIMIT
        elements = block.get("elements")
        if not isinstance(elements, list) or not 0 < len(elements) <= limit:
            faults.append(f"{place}.elements: a list of 1 to {limit} is wanted")
    return faults


def _check_section(block: dict[str, Any], place: str) -> list[str]:
    fields = block.get("fields", [])
    if "text" not in block and not fields:
        return [f"{place}: text or fields are wanted"]
    faults = []
    if "text" in block:
        faults += _check_text(block["text"], f"{place}.text", SECTION_LIMIT, "")
    if not isinstance(fields, list) or len(fields) > SECTION_FIELDS_LIMIT:
        return [*faults, f"{place}.fields: a list of at most {SECTION_FIELDS_LIMIT} is wanted"]
    for number, field in enumerate(fields):
        faults += _check_text(field, f"{place}.fields[{number}]", SECTION_FIELD_LIMIT, "")
    return faults


def _check_text(value: object, place: str, limit: int, only: str) -> list[str]:
    """Check a text object; `only` names the one type allowed, "" allows both."""
    if not isinstance(value, dict):
        return [f"{place}: a text object is wanted, not {forms.kind(value)}"]
    allowed = {only} if only else {"plain_text", "mrkdwn"}
    faults = []
    if value.get("type") not in allowed:
        faults.append(f"{place}.type: {' or '.join(sorted(allowed))}, not {value.get('type')!r}")
    return faults + forms.text(value.get("text"), f"{place}.text", limit=limit, empty_ok=False)
