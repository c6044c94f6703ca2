"""`seatrial verify`: check a report or evidence offline."""

import sys
import time
from pathlib import Path

import click
from rich.text import Text

from seatrial.cli import screen
from seatrial.cli.where import json_option
from seatrial.evidence.chain import is_store, verify_store
from seatrial.evidence.verify import Finding, Weight, trusted, verify, verify_folder


@click.command("verify")
@click.argument("document", type=click.Path(path_type=Path, exists=True))
@click.option(
    "--key",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The public key that must have signed it (signing.pub).",
)
@click.option(
    "--since",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="An earlier report.json: the store's chain must still run through where it ended then.",
)
@json_option
def command(document: Path, *, key: Path | None, since: Path | None, as_json: bool) -> None:
    """Check that not one byte of DOCUMENT was changed since it was signed.

    DOCUMENT is a report's folder, report.json, report.html, one envelope of evidence, or the store
    of evidence (.seatrial/evidence). No network is used. Exit code 0 when nothing speaks against
    it, 1 otherwise: that a report can be trusted does not mean that it says READY.
    """
    pem = key.read_bytes() if key is not None else None
    stored = document.is_dir() and is_store(document)
    if since is not None and not stored:
        raise click.UsageError("--since is for a store of evidence, as .seatrial/evidence is")
    if stored:
        found = verify_store(document, pem, since.read_bytes() if since is not None else None)
    elif document.is_dir():
        found = verify_folder(document, pem, now=time.time())
    else:
        beside = document.parent / "artefacts"
        raw = beside if beside.is_dir() else None
        found = verify(document.read_bytes(), pem, raw, now=time.time())
    good = trusted(found)
    whole = "its chain is whole" if stored else "every byte is as it was signed"
    if as_json:
        screen.as_json({"trusted": good, "findings": [_document(each) for each in found]})
    else:
        for each in found:
            _show(each)
        screen.out().print(
            Text(f"{document}: ").append(
                whole if good else "do not trust it",
                style="green" if good else "bold red",
            )
        )
    sys.exit(screen.READY if good else screen.NOT_READY)


def _document(finding: Finding) -> dict[str, str]:
    return {
        "weight": finding.weight.value,
        "summary": finding.summary,
        "cure": finding.cure,
    }


def _show(finding: Finding) -> None:
    style = "bold red" if finding.weight is Weight.PROBLEM else "cyan"
    line = Text(f"{finding.weight.value} ", style=style).append(finding.summary, style="default")
    if finding.cure:
        line.append(f"; {finding.cure}", style="default")
    screen.err().print(line)
