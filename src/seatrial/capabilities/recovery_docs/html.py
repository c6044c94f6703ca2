"""A document as a page for a browser, which needs no script, no font and no net. Pure."""

from html import escape

from seatrial.contract.document import (
    Block,
    Command,
    Document,
    Heading,
    Items,
    Link,
    Rows,
    Text,
)

_STYLE = """\
body{font:16px/1.5 system-ui,sans-serif;max-width:52rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse}td,th{border:1px solid #8888;padding:.3rem .6rem;text-align:left}
pre{background:#8882;padding:.6rem;white-space:pre-wrap;overflow-wrap:anywhere}
ul.boxes{list-style:"\\2610  "}
.good{color:#1a7f37;font-weight:bold}.warn{color:#9a6700;font-weight:bold}
.bad{color:#cf222e;font-weight:bold}
@media print{body{margin:0;max-width:none}}
"""


def html(document: Document) -> str:
    """The page's text."""
    title = escape(document.title)
    body = "\n".join(_block(each) for each in document.blocks)
    return (
        f'<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>{title}</title>'
        f"\n<style>\n{_STYLE}</style>\n</head>\n<body>\n<h1>{title}</h1>\n{body}\n</body>\n</html>\n"
    )


def _block(block: Block) -> str:
    match block:
        case Heading(text=text):
            return f"<h2>{_words(text)}</h2>"
        case Text(text=text, tone=tone):
            return f'<p class="{tone}">{_words(text)}</p>'
        case Rows(header=header, rows=rows):
            head = [_row("th", header)] if any(header) else []
            lines = [*head, *(_row("td", each) for each in rows)]
            return "<table>\n" + "\n".join(lines) + "\n</table>"
        case Items(items=items, boxes=boxes):
            tag, opened = ("ul", '<ul class="boxes">') if boxes else ("ol", "<ol>")
            inner = "\n".join(f"<li>{_words(each)}</li>" for each in items)
            return f"{opened}\n{inner}\n</{tag}>"
        case Command(line=line):
            return f"<pre><code>{escape(line)}</code></pre>"
        case Link(page=page, text=text):
            return f'<p><a href="{escape(page)}.html">{_words(text)}</a></p>'


def _row(tag: str, cells: tuple[str, ...]) -> str:
    return "<tr>" + "".join(f"<{tag}>{_words(each)}</{tag}>" for each in cells) + "</tr>"


def _words(text: str) -> str:
    """What stands between backticks is code, as in Markdown."""
    pieces = escape(text).split("`")
    if len(pieces) % 2 == 0:  # one that nothing closes is a letter
        return escape(text)
    return "".join(
        f"<code>{each}</code>" if number % 2 else each for number, each in enumerate(pieces)
    )
