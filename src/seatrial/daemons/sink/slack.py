"""Checks a Slack incoming webhook message and reads the alert from its attachments.

Sources: docs.slack.dev "Sending messages using incoming webhooks" (form and errors), "Legacy:
secondary message attachments" (fields, 100 attachments, footer of 300), "chat.postMessage"
(text of 40,000). Blocks are checked in `slack_blocks`.
"""

from __future__ import annotations

import re
from typing import Any

from seatrial.daemons.shared.labels import Status, label_of, status_of
from seatrial.daemons.sink import forms, slack_blocks
from seatrial.daemons.sink.arrival import Parts

TEXT_LIMIT = 40_000
ATTACHMENTS_LIMIT = 100
FOOTER_LIMIT = 300
ACTIONS_LIMIT = 5
_COLOR = re.compile(r"good|warning|danger|#?[0-9a-fA-F]{6}")
_STATUS_OF_COLOR: dict[str, Status] = {
    "good": "resolved",
    "danger": "firing",
    "warning": "firing",
}
_TEXTS = ("fallback", "pretext", "author_name", "title", "text", "callback_id")
_LINKS = ("author_link", "author_icon", "title_link", "image_url", "thumb_url", "footer_icon")
_MESSAGE_TEXTS = ("channel", "username", "icon_emoji", "icon_url", "thread_ts")


def parse(body: bytes, content_type: str) -> Parts:
    """Read one message. `error` is the string that Slack would answer, "" when it takes it."""
    if content_type.partition(";")[0].strip().lower() != "application/json":
        fault = f"content-type: application/json is wanted, not {content_type or 'none'}"
        return Parts(faults=(fault,), error="invalid_payload")
    message, faults = forms.read_object(body)
    if faults:
        return Parts(faults=faults, error="invalid_payload")
    error, found = _check(message)
    attachments = [a for a in _list(message, "attachments") if isinstance(a, dict)]
    status, labels = _alert(message, attachments)
    first: dict[str, Any] = attachments[0] if attachments else {}
    return Parts(
        status=status,
        labels=labels,
        summary=forms.summary(
            first.get("title"),
            first.get("fallback"),
            first.get("text"),
            message.get("text"),
            slack_blocks.headline(_list(message, "blocks")),
        ),
        faults=tuple(found),
        error=error,
    )


def _check(message: dict[str, Any]) -> tuple[str, list[str]]:
    """Give Slack's error and all faults of a message."""
    faults = forms.texts(message, _MESSAGE_TEXTS, "")
    if "text" in message:
        faults += forms.text(message["text"], "text", limit=TEXT_LIMIT)
    for key in ("attachments", "blocks"):
        if not isinstance(message.get(key, []), list):
            faults.append(f"{key}: a list is wanted, not {forms.kind(message[key])}")
    attachments, blocks = _list(message, "attachments"), _list(message, "blocks")
    for number, attachment in enumerate(attachments):
        faults += _check_attachment(attachment, f"attachments[{number}]")
    if faults:
        return "invalid_payload", faults
    if not (message.get("text") or attachments or blocks):
        return "no_text", ["message: text, attachments or blocks are wanted, none has content"]
    if len(attachments) > ATTACHMENTS_LIMIT:
        many = f"attachments: {len(attachments)}, {ATTACHMENTS_LIMIT} are allowed"
        return "too_many_attachments", [many]
    faults = slack_blocks.check(blocks, "blocks")
    return ("invalid_blocks" if faults else ""), faults


def _check_attachment(attachment: object, place: str) -> list[str]:
    if not isinstance(attachment, dict):
        return [f"{place}: an object is wanted, not {forms.kind(attachment)}"]
    faults = forms.texts(attachment, _TEXTS, f"{place}.")
    if not any(attachment.get(key) for key in ("fallback", "text", "blocks")):
        faults.append(f"{place}: fallback, text or blocks are wanted, none has content")
    for key in _LINKS:
        if key in attachment:
            faults += forms.link(attachment[key], f"{place}.{key}")
    if "footer" in attachment:
        faults += forms.text(attachment["footer"], f"{place}.footer", limit=FOOTER_LIMIT)
    color = attachment.get("color")
    if color and not (isinstance(color, str) and _COLOR.fullmatch(color)):
        faults.append(f"{place}.color: good, warning, danger or six hex digits, not {color!r}")
    faults += _check_lists(attachment, place)
    return faults + slack_blocks.check(_list(attachment, "blocks"), f"{place}.blocks")


def _check_lists(attachment: dict[str, Any], place: str) -> list[str]:
    faults = [
        f"{place}.{key}: a list is wanted, not {forms.kind(attachment[key])}"
        for key in ("fields", "actions", "mrkdwn_in", "blocks")
        if key in attachment and not isinstance(attachment[key], list)
    ]
    for number, field in enumerate(_list(attachment, "fields")):
        faults += _check_field(field, f"{place}.fields[{number}]")
    actions = _list(attachment, "actions")
    if len(actions) > ACTIONS_LIMIT:
        faults.append(f"{place}.actions: {len(actions)}, {ACTIONS_LIMIT} are allowed")
    for number, action in enumerate(actions):
        where = f"{place}.actions[{number}]"
        if not isinstance(action, dict):
            faults.append(f"{where}: an object is wanted, not {forms.kind(action)}")
            continue
        for key in ("type", "text"):
            faults += forms.text(action.get(key, ""), f"{where}.{key}", empty_ok=False)
        if "url" in action:
            faults += forms.link(action["url"], f"{where}.url")
    return faults


def _check_field(field: object, place: str) -> list[str]:
    if not isinstance(field, dict):
        return [f"{place}: an object is wanted, not {forms.kind(field)}"]
    faults = forms.texts(field, ("title", "value"), f"{place}.")
    # Slack takes a field with one of the two, and Alertmanager leaves a blank value out.
    if not (field.get("title") or field.get("value")):
        faults.append(f"{place}: title or value is wanted, none has content")
    if not isinstance(field.get("short", False), bool):
        faults.append(f"{place}.short: a boolean is wanted, not {forms.kind(field['short'])}")
    unknown = sorted(set(field) - {"title", "value", "short"})
    return faults + [f"{place}.{key}: Slack knows title, value and short" for key in unknown]


def _alert(
    message: dict[str, Any],
    attachments: list[dict[str, Any]],
) -> tuple[Status, dict[str, str]]:
    """Give status and labels; a message that says neither is a page, so it is firing."""
    labels: dict[str, str] = {}
    status: Status | None = None
    for attachment in attachments:
        for field in _list(attachment, "fields"):
            pair = forms.strings(field)
            title, value = pair.get("title", ""), pair.get("value", "")
            if title.strip().lower() == "status":
                status = status or status_of(value)
            elif (label := label_of(title)) and value:
                labels.setdefault(label, value)
    for attachment in attachments:
        status = status or _status_by_look(attachment)
    status = status or status_of(str(message.get("text", "")))
    return status or "firing", labels


def _status_by_look(attachment: dict[str, Any]) -> Status | None:
    for key in ("title", "fallback"):
        if found := status_of(str(attachment.get(key, ""))):
            return found
    return _STATUS_OF_COLOR.get(str(attachment.get("color", "")))


def _list(owner: dict[str, Any], key: str) -> list[Any]:
    found = owner.get(key)
    return found if isinstance(found, list) else []
