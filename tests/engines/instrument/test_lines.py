"""Lines that wait: none is lost, none overtakes another."""

import io
import logging
import os
import subprocess
import sys
import threading

from collecting import until

from seatrial_instrument.lines import LineHandler


class Closed(io.StringIO):
    """A pipe whose reader is gone."""

    def write(self, _: str) -> int:
        raise BrokenPipeError


def told(level: int, text: str) -> logging.LogRecord:
    return logging.LogRecord("a", level, __file__, 1, text, None, None)


def test_an_ordinary_line_waits_for_company_and_comes_by_itself() -> None:
    out = io.StringIO()
    handler = LineHandler(out)
    handler.emit(told(logging.INFO, "a"))
    until(out.getvalue)
    assert out.getvalue() == "a\n"


def test_a_warning_waits_for_nothing_and_keeps_the_order() -> None:
    out = io.StringIO()
    handler = LineHandler(out)
    handler.emit(told(logging.INFO, "a"))
    handler.emit(told(logging.WARNING, "b"))
    assert out.getvalue() == "a\nb\n"


def test_when_the_end_is_near_no_line_waits() -> None:
    out = io.StringIO()
    handler = LineHandler(out)
    handler.hurry()
    handler.emit(told(logging.INFO, "a"))
    assert out.getvalue() == "a\n"


def test_what_waits_is_bounded() -> None:
    out = io.StringIO()
    handler = LineHandler(out)
    for _ in range(100):
        handler.line("x" * 1000, now=False)
    assert len(out.getvalue()) >= 65_000


def test_threads_lose_no_line() -> None:
    out = io.StringIO()
    handler = LineHandler(out)

    def write(name: int) -> None:
        for number in range(2000):
            handler.line(f"{name}.{number}", now=number % 50 == 0)

    threads = [threading.Thread(target=write, args=(name,)) for name in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    handler.flush()
    lines = out.getvalue().splitlines()
    assert len(lines) == len(set(lines)) == 8000
    for name in range(4):
        own = [line for line in lines if line.startswith(f"{name}.")]
        assert own == [f"{name}.{number}" for number in range(2000)]


def test_a_reader_that_is_gone_ends_no_request() -> None:
    handler = LineHandler(Closed())
    handler.line("a", now=True)
    handler.hurry()
    handler.line("b", now=False)


def test_a_forked_child_does_not_write_its_parents_lines() -> None:
    read, write = os.pipe()
    with os.fdopen(write, "w") as out, os.fdopen(read) as back:
        handler = LineHandler(out)
        handler._thread = threading.current_thread()  # nobody writes before the fork
        handler.line("parent", now=False)
        child = os.fork()
        if child == 0:
            handler.line("child", now=True)
            os._exit(0)
        os.waitpid(child, 0)
        handler.flush()
        out.close()
        assert back.read() == "child\nparent\n"


def test_lines_are_there_after_an_end() -> None:
    code = (
        "import logging, seatrial_instrument as s; s.configure('a');"
        "logging.info('last'); raise SystemExit(3)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert '"message":"last"' in done.stdout
