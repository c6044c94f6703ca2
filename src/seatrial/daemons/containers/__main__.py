"""`python -m seatrial.daemons.containers`: tells containers' figures until SIGTERM."""

from __future__ import annotations

import argparse
import signal
import sys
from contextlib import suppress
from pathlib import Path

from seatrial.daemons.containers.desk import Desk
from seatrial.daemons.containers.door import serve
from seatrial.daemons.containers.machine import Machine
from seatrial.daemons.shared import arguments
from seatrial.daemons.shared.life import life
from seatrial.daemons.shared.listening import address, listen
from seatrial.daemons.shared.log import Log

_LOOK_S = 1.0  # the longest that a container may end and begin again unseen


class _Ended(Exception):  # noqa: N818 - a request, not an error
    pass


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m seatrial.daemons.containers",
        description="Tells the figures of a container: /container?target=ADDRESS.",
    )
    parser.add_argument("--host", type=arguments.host, required=True, help="address to bind")
    parser.add_argument("--port", type=arguments.port, default=8080, help="HTTP port")
    parser.add_argument(
        "--machine", type=Path, default=Path("/"), help="where its /proc and /sys are shown"
    )
    parser.add_argument(
        "--groups", default="", help="folder of control groups that are named by address"
    )
    return parser.parse_args()


def _end(*_: object) -> None:
    raise _Ended


def main() -> int:
    """Run until SIGTERM or SIGINT."""
    options = _options()

    def run(log: Log) -> None:
        with suppress(_Ended):
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, _end)
            with listen(options.host, options.port) as listener:
                desk = Desk(Machine(options.machine, options.groups))
                log.info("ready", http=address(listener), blind=desk.machine.blind())
                serve(listener, desk.answer, every=_LOOK_S, work=desk.look)

    return life("containers", run)


if __name__ == "__main__":
    sys.exit(main())
