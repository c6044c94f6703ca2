"""The progress of a long work: what has ended, a line each; beneath, on a terminal, what runs."""

import sys
import threading
import time
from types import TracebackType
from typing import Self

from rich.live import Live
from rich.text import Text
from rich.tree import Tree

from seatrial.cli import screen
from seatrial.contract.runtime import Progress

_PER_SECOND = 4  # how often the running times are shown anew
_BESIDE = 3  # lines of a terminal that the tree leaves free


class Steps:
    """Lines on stderr: one when a step ends, with its duration.

    On a terminal the steps that still run stand beneath as a tree, with their running times,
    until the work ends; use it as a context, so that the tree is gone whatever happens.
    """

    def __init__(self) -> None:
        """Start the clock."""
        self._console = screen.err()
        self._began = time.monotonic()
        self._running: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()  # steps of several threads, and the tree's own
        self._live: Live | None = None
        if sys.stderr.isatty() and self._console.is_terminal and not self._console.is_dumb_terminal:
            self._live = Live(
                self,  # asked whenever it is drawn, so that what has ended is gone at once
                console=self._console,
                refresh_per_second=_PER_SECOND,
                transient=True,
                redirect_stdout=False,
                redirect_stderr=False,
            )

    def __enter__(self) -> Self:
        """Begin to show what runs."""
        if self._live is not None:
            self._live.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take the tree away: what failed or was interrupted is told without it."""
        if self._live is not None:
            self._live.stop()

    def __call__(self, progress: Progress) -> None:
        """Show a step; one that still runs is shown on a terminal only."""
        with self._lock:
            if progress.done is None:
                self._running[progress.subject] = (progress.phase, time.monotonic())
                return
            self._running.pop(progress.subject, None)
        mark = Text("  ok    ", style="green") if progress.done else Text("  FAIL  ", style="red")
        mark.append(f"{progress.subject:<28}", style="bold")
        mark.append(f"{progress.phase:<10}")
        mark.append(f"{progress.seconds:6.1f} s  ", style="dim")
        mark.append(progress.detail)
        self._console.print(mark)

    def __rich__(self) -> Tree | Text:
        """What runs, the longest first, as far as the terminal has lines for it."""
        with self._lock:
            running = list(self._running.items())
        if not running:
            return Text()
        now = time.monotonic()
        tree = Tree(Text(f"  {len(running)} running, {now - self._began:.0f} s", style="dim"))
        most = max(1, self._console.height - _BESIDE)
        for subject, (phase, since) in running[:most]:
            line = Text(f"{subject:<28}", style="bold")
            line.append(f"{phase:<10}", style="cyan")
            line.append(f"{now - since:6.1f} s", style="dim")
            line.no_wrap = True
            tree.add(line)
        if len(running) > most:
            tree.add(Text(f"and {len(running) - most} more", style="dim"))
        return tree

    def total(self, what: str) -> None:
        """The last line: what was done and how long it took."""
        took = time.monotonic() - self._began
        self._console.print(Text(f"{what} in {took:.1f} s", style="bold"))
