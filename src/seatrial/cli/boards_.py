"""`seatrial boards`: look at the boards in a browser."""

import sys
from pathlib import Path

import click

from seatrial.cli import screen
from seatrial.cli.where import file_option, must_be_there

PORT = 7075


@click.command("boards")
@file_option
@click.option("--port", default=PORT, show_default=True, help="Where to listen; 0: any free port.")
@click.option("--host", default="127.0.0.1", show_default=True, help="On which address.")
@click.option("--list", "listed", is_flag=True, help="Print the boards' names and end.")
def command(file: Path, *, port: int, host: str, listed: bool) -> None:
    """Serve the boards of the system that runs, until Ctrl-C.

    The page is for whoever can reach the address: leave it on loopback, and reach it from
    elsewhere by `ssh -L`.
    """
    must_be_there(file)
    if listed:
        _list(file)
        return
    # who only lists need not load a web server
    from seatrial.console.serve import serve  # noqa: PLC0415

    def ready(address: str) -> None:
        screen.out().print(address)
        screen.err().print("Ctrl-C ends it")

    serve(file, host, port, ready)
    sys.exit(screen.READY)


def _list(file: Path) -> None:
    from seatrial.app.boards import Source  # noqa: PLC0415 - as above

    table = screen.table("board", "title", "panels", whole=("panels",), edge=False)
    for each in Source(file).boards:
        table.add_row(each.uid, each.title, str(len(each.panels)))
    screen.out().print(table)
