"""Operations of a document: which are safe to call, and what becomes of the others."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from seatrial.system.importers.cursor import Cursor
from seatrial.system.importers.openapi.parameters import request
from seatrial.system.importers.openapi.references import followed, leaves_file
from seatrial.system.importers.sketch import Operation

_SAFE = ("get", "head")
_ASKING = frozenset({"options", "trace"})
_UNSAFE = frozenset({"put", "post", "delete", "patch", "query"})
_STREAMS = ("text/event-stream", "application/x-ndjson", "multipart/x-mixed-replace")
# What its method promises, a path can break.
_CHANGES = re.compile(
    r"[/_.-](log-?_?out|sign-?_?out|delete|remove|destroy|purge|reset|shutdown|restart|cancel|"
    r"unsubscribe|revoke|trigger|execute|flush)(?![a-z])",
    re.IGNORECASE,
)
_BUNDLE = "join the files into one document, then import that"
_BY_HAND = "write the step by hand, with what it needs"
_LONGEST = 2048
_MOST_FOLLOWED = 500  # one item can stand behind every path
_SUMMARY = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why an operation is not called, and what to do about it."""

    summary: str
    cure: str


def operations(root: Cursor, prefix: str) -> Iterator[Operation]:
    """The safe operations in the order of the document; `prefix` is its base path.

    Every operation is told of in the account, those too that are left out.
    """
    followed_items = 0
    for path, written in root.at("paths").entries.items():
        if not path.startswith("/"):
            continue
        followed_items += written.at("$ref").node is not None
        if followed_items > _MOST_FOLLOWED:
            written.dropped("one reference too many", "describe the paths where they are written")
            continue
        if leaves_file(written):
            written.dropped("the path is described in another file", _BUNDLE)
            continue
        item = followed(root, written)
        written.at("$ref").imported("what is described elsewhere in the document")
        if item is not written and not item:
            written.dropped("its reference leads to nothing", "correct the reference")
            continue
        for method, at in item.entries.items():
            if method in _SAFE or method in _ASKING or method in _UNSAFE:
                found = _operation(root, prefix + path, method, item, at)
                if found is not None:
                    yield found
        item.at("parameters").imported("the parameters of all operations of the path")


def _operation(root: Cursor, path: str, method: str, item: Cursor, at: Cursor) -> Operation | None:
    refusal = _refusal(root, method, at)
    if refusal is None and _CHANGES.search(path):
        refusal = Refusal(
            summary="not called: by its path it may change something, although it is a GET",
            cure="write the step by hand if a drill may send it",
        )
    if refusal is not None:
        at.dropped(refusal.summary, refusal.cure)
        return None
    asked = request(root, path, item.at("parameters"), at.at("parameters"))
    if asked.lacks:
        at.dropped(f"not called: {asked.lacks}", asked.cure)
        return None
    if re.search(r"\s|\$\{", asked.path) or len(asked.path) > _LONGEST:
        at.dropped("not called: its path cannot be written in a journey", _BY_HAND)
        return None
    status, sure = _status(at)
    if status is None:
        at.dropped("not called: it describes no answer that means success", "describe a 200")
        return None
    if method == "head":
        at.approximated(
            "a journey has no HEAD, so it is left out of journeys", "describe the GET of that path"
        )
    elif not sure:
        at.approximated(
            f"called, and expected to answer {status}, which is not written", "describe the 200"
        )
    else:
        at.imported(f"called, and expected to answer {status}")
    summary = at.at("summary").text or at.at("operationId").text
    return Operation(
        method=method.upper(),
        path=asked.path,
        status=status,
        place=at.place,
        summary=" ".join(summary.split())[:_SUMMARY],
    )


def _refusal(root: Cursor, method: str, at: Cursor) -> Refusal | None:
    if method in _ASKING:
        return Refusal(summary="not called: no user's client sends it", cure=_BY_HAND)
    if method in _UNSAFE:
        return Refusal(
            summary="not called: it may change something",
            cure="write the step by hand if a drill may send it",
        )
    return next(_reasons(root, at), None)


def _reasons(root: Cursor, at: Cursor) -> Iterator[Refusal]:
    """Why an operation that is safe by its method is left out all the same."""
    if not at.entries:
        yield Refusal(summary="not called: it describes nothing", cure="describe a 200")
    if at.at("deprecated").flag:
        yield Refusal(summary="not called: it is deprecated", cure="nothing: this is no loss")
    if _guarded(root, at):
        yield Refusal(
            summary="not called: it needs somebody to be signed in",
            cure="write the step by hand, with a header from a secret",
        )
    if followed(root, at.at("requestBody")).at("required").flag:
        yield Refusal(summary="not called: it needs a body", cure=_BY_HAND)
    if any(kind in at.at("produces").words for kind in _STREAMS) or _streams(root, at):
        yield Refusal(summary="not called: its answer is a stream without an end", cure=_BY_HAND)


def _guarded(root: Cursor, at: Cursor) -> bool:
    """Whether it is called only with credentials: an empty alternative (`{}`) needs none."""
    own = at.at("security")
    wanted = own if own.node is not None else root.at("security")
    if wanted and wanted.node is not None and wanted.node.items is None:
        return True  # of a shape that says nothing: better not called
    return bool(wanted.items) and all(choice.entries for choice in wanted.items)


def _streams(root: Cursor, at: Cursor) -> bool:
    return any(
        kind.partition(";")[0].strip().lower() in _STREAMS
        for code, answer in at.at("responses").entries.items()
        if code.startswith("2")
        for kind in followed(root, answer).at("content").entries
    )


def _status(at: Cursor) -> tuple[int | None, bool]:
    """The lowest status of success that is described, and whether it is written as such."""
    codes = list(at.at("responses").entries)
    exact = sorted(int(code) for code in codes if re.fullmatch(r"2[0-9]{2}", code))
    if exact:
        return exact[0], True
    if any(code.upper() == "2XX" for code in codes) or "default" in codes:
        return 200, False
    return None, False
