"""`python -m seatrial.daemons.sink`: takes notifications until SIGTERM."""

from __future__ import annotations

import argparse
import socket
import sys
import time
from pathlib import Path

from seatrial.daemons.shared import arguments
from seatrial.daemons.shared.journal import Journal
from seatrial.daemons.shared.listening import address, listen
from seatrial.daemons.shared.log import Log
from seatrial.daemons.shared.process import main
from seatrial.daemons.shared.web import registry, serve
from seatrial.daemons.sink import http, smtp
from seatrial.daemons.sink.book import Book
from seatrial.daemons.sink.desk import Desk


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m seatrial.daemons.sink",
        description="Stands in for Slack, PagerDuty and the mail server in a rehearsal.",
    )
    parser.add_argument("--host", type=arguments.host, required=True, help="address to bind")
    parser.add_argument("--port", type=arguments.port, default=8080, help="HTTP port")
    parser.add_argument("--smtp-port", type=arguments.port, default=2525, help="SMTP port")
    parser.add_argument("--journal", type=Path, required=True, help="file that keeps arrivals")
    return parser.parse_args()


async def _run(
    journal: Journal,
    log: Log,
    web: socket.socket,
    mail: socket.socket,
) -> None:
    metrics = registry()
    book = Book(journal)
    desk = Desk(book=book, log=log, clock=time.time, registry=metrics)
    server = await smtp.start(desk, mail)
    log.info(
        "ready",
        http=address(web),
        smtp=address(mail),
        arrivals=len(book.find(lambda _: True)),
        torn_bytes=journal.torn_bytes,
        unreadable=book.unreadable,
    )
    await serve(http.application(desk, metrics), web)
    server.close()


async def _start(options: argparse.Namespace, log: Log) -> None:
    # Sockets first: a second sink then fails without touching the first one's journal.
    web = listen(options.host, options.port)
    mail = listen(options.host, options.smtp_port)
    journal = Journal(options.journal)
    await _run(journal, log, web, mail)
    journal.close()


if __name__ == "__main__":
    sys.exit(main("sink", _options(), _start))
