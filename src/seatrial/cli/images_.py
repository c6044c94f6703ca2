"""`seatrial images`: what the compose runtime runs, for machines with and without a network."""

import os
import sys
from dataclasses import asdict
from pathlib import Path

import click
from rich.text import Text

from seatrial.app.images import Images, Row
from seatrial.cli import screen
from seatrial.cli.steps import Steps
from seatrial.cli.where import DEFAULT, file_of_group, file_option, json_option
from seatrial.runtimes.compose.images import Source

_MEGA = 1_000_000
_STYLE = {Source.STAND_IN: "yellow"}


def _images(file: Path, steps: Steps) -> Images:
    cache = os.environ.get("SEATRIAL_CACHE")
    everything = str(file) == DEFAULT and not file.exists()
    return Images(
        file=None if everything else file,
        cache=Path(cache) if cache else None,
        progress=steps,
    )


@click.group("images", invoke_without_command=True)
@file_option
@json_option
@click.pass_context
def command(context: click.Context, file: Path, *, as_json: bool) -> None:
    """List the images that are wanted: what is there, where it is from, what is missing.

    Without a file those of every engine.
    """
    context.obj = file
    if context.invoked_subcommand is None:
        _list(file, as_json=as_json)


@command.command("list")
@json_option
@file_of_group
def list_(file: Path, *, as_json: bool) -> None:
    """As `seatrial images` alone."""
    _list(file, as_json=as_json)


def _list(file: Path, *, as_json: bool) -> None:
    with Steps() as steps:
        rows = _images(file, steps).rows()
    if as_json:
        screen.as_json([_document(each) for each in rows])
    else:
        table = screen.table("image", "for", "source", "reference", "MB", "digest")
        for each in rows:
            table.add_row(*_cells(each))
        screen.out().print(table)
    if any(each.image is None for each in rows):
        screen.next_step("seatrial images pull", "fetches what is missing; `build` makes it here")
        sys.exit(screen.NOT_READY)


def _cells(row: Row) -> tuple[str | Text, ...]:
    users = ", ".join(row.wanted.workloads)
    if row.image is None:
        missing = row.wanted.official or row.wanted.repository
        return (row.wanted.name, users, Text("missing", style="red"), missing, "", "")
    one = row.image
    source = Text(one.source.value, style=_STYLE.get(one.source, ""))
    digest = one.id.removeprefix("sha256:")[:12]
    return (row.wanted.name, users, source, one.reference, str(one.size // _MEGA), digest)


def _document(row: Row) -> dict[str, object]:
    wanted = asdict(row.wanted)
    return {"wanted": wanted, "image": asdict(row.image) if row.image is not None else None}


@command.command("pull")
@click.argument("names", nargs=-1)
@file_of_group
def pull(file: Path, names: tuple[str, ...]) -> None:
    """Fetch official images; they are used from then on."""
    with Steps() as steps:
        outcomes = _images(file, steps).pull(names)
    refused = [(each, why) for each, why in outcomes if why]
    for each, why in refused:
        screen.err().print(Text.assemble((f"{each.official} ", "bold red"), why))
    if refused:
        screen.next_step("seatrial images build", "makes them here, of the cache of engines")
    sys.exit(screen.NOT_READY if refused else screen.READY)


@command.command("build")
@click.argument("names", nargs=-1)
@file_of_group
def build(file: Path, names: tuple[str, ...]) -> None:
    """Make images here: of the cache of engines, and of your services' Dockerfiles."""
    with Steps() as steps:
        rows = _images(file, steps).build(names)
    for each in rows:
        if each.image is not None:
            screen.out().print(each.image.reference)


@command.command("save")
@click.argument("into", type=click.Path(path_type=Path, dir_okay=False))
@file_of_group
def save(file: Path, into: Path) -> None:
    """Write every image to one file, for a machine without a network."""
    with Steps() as steps:
        members = _images(file, steps).save(into)
    for each in members:
        screen.out().print(f"{each.sha256[:12]}  {each.size // _MEGA:>5} MB  {each.reference}")


@command.command("load")
@click.argument("archive", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@file_of_group
def load(file: Path, archive: Path) -> None:
    """Load what `save` wrote, after its digests were checked."""
    with Steps() as steps:
        members = _images(file, steps).load(archive)
    for each, taken in members:
        note = "" if taken else "  left out: an image of that name is here, this only stands in"
        screen.out().print(f"{each.reference}{note}")
