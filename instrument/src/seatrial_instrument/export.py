"""Carries spans that are over to the collector: a bounded queue, and one thread behind it.

A request only appends. A collector that is dead or slow fills the queue; what finds it full is
dropped and counted. The thread begins with the first span, in a forked child anew.
"""

import logging
import threading
import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

from seatrial_instrument import forks
from seatrial_instrument.encode import batch_json, span_json
from seatrial_instrument.send import Answer
from seatrial_instrument.span import Span

log = logging.getLogger("seatrial_instrument")

_ATTEMPTS = 5
_FIRST_WAIT = 1.0
# Encoding is Python: without a pause, requests would wait for the interpreter until the whole
# batch is done, or for 5 ms at a time.
_AT_ONCE = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Spans that may wait, spans in a request, seconds that a span waits for company."""

    queue: int = 2048
    batch: int = 512
    delay: float = 5.0


@dataclass(slots=True)
class Counts:
    """What became of spans. `dropped` by reason; written under a lock."""

    exported: int = 0
    dropped: Counter[str] = field(default_factory=Counter)


class Exporter:
    """Takes spans from any thread. `send` posts a body; `head` gives what it starts with."""

    def __init__(
        self,
        send: Callable[[bytes], Answer],
        *,
        head: Callable[[], str],
        limits: Limits,
        forget: Callable[[], None] = lambda: None,
    ) -> None:
        self._send = send
        self._head = head
        self._limits = limits
        self._forget = forget
        self._failing = self._puzzled = False
        self.counts = Counts()
        self._begin()
        forks.in_child(self, Exporter._forked)

    def _begin(self) -> None:
        self._waiting: deque[Span] = deque()
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._closing = threading.Event()
        self._asked: deque[threading.Event] = deque()
        self._thread: threading.Thread | None = None
        self._underway = 0  # spans that left the queue, and of which nobody knows yet
        self._given_up = False  # who closed has counted those

    def _forked(self) -> None:
        """In a child: what waits is the parent's to send, and so is the connection."""
        self._forget()
        self.counts = Counts()
        self._begin()

    def put(self, span: Span) -> None:
        """Take a span; never waits, never raises. Several threads may overshoot by one each."""
        waiting = self._waiting
        length = len(waiting)
        if length >= self._limits.queue:
            self._drop("queue full", 1)
            return
        waiting.append(span)
        if self._thread is None:
            self._start()
        elif length + 1 == self._limits.batch:
            self._wake.set()

    def flush(self, seconds: float) -> bool:
        """Send what waits; whether that was done in time. A dead collector only costs the time."""
        if self._thread is None or not self._thread.is_alive():
            return not self._waiting
        done = threading.Event()
        self._asked.append(done)
        self._wake.set()
        return done.wait(seconds)

    def close(self, seconds: float) -> bool:
        """Send what waits and end, within that time; what is left then is dropped and counted.

        Whether nothing was left. A batch that the collector has not answered by then is left, too:
        with the process it may be gone.
        """
        self._closing.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(seconds)
        with self._lock:
            left = len(self._waiting) + self._underway
            self._waiting.clear()
            self._given_up = self._underway > 0
            if left:
                self.counts.dropped["shutdown"] += left
        return not left

    def _start(self) -> None:
        with self._lock:
            if self._thread is not None:
                return
            if self._closing.is_set():
                self._drop("shutdown", len(self._waiting))
                self._waiting.clear()
                return
            thread = threading.Thread(target=self._run, name="seatrial-instrument", daemon=True)
            try:
                thread.start()
            except RuntimeError:
                # No more threads, or the interpreter ends: the queue's bound still holds.
                return
            self._thread = thread

    def _run(self) -> None:
        while not self._closing.is_set():
            self._wake.wait(self._limits.delay)
            self._wake.clear()
            self._drain()
        self._drain()  # what came between the last time and the end
        self._forget()

    def _drain(self) -> None:
        asked = list(self._asked)
        while self._waiting:
            texts = self._encoded()
            try:
                sent = not texts or self._delivered(texts)
            except Exception as error:  # noqa: BLE001 - the border: dead, this thread sends no more
                self._tell(type(error).__name__)
                sent = False
            self._answered(sent=sent)
        for each in asked:
            self._asked.remove(each)
            each.set()

    def _answered(self, *, sent: bool) -> None:
        """Count what became of the batch underway, unless who closed gave it up."""
        with self._lock:
            spans, self._underway = self._underway, 0
            if self._given_up:
                return
            if sent:
                self.counts.exported += spans
            elif spans:
                self.counts.dropped["not delivered"] += spans

    def _encoded(self) -> list[str]:
        """The spans of a batch, without those that cannot be said: they are dropped and counted."""
        texts: list[str] = []
        waiting = self._waiting
        while waiting and len(texts) < self._limits.batch:
            try:
                span = waiting.popleft()
            except IndexError:  # who closes has emptied it meanwhile
                break
            self._underway = len(texts) + 1
            try:
                texts.append(span_json(span))
            except Exception as error:  # noqa: BLE001 - its values are the service's, of any kind
                self._underway = len(texts)
                self._refuse(error)
            if not len(texts) % _AT_ONCE:
                time.sleep(0)
        return texts

    def _delivered(self, texts: list[str]) -> bool:
        """Send one batch, again where that may help; whether it arrived."""
        body = batch_json(self._head(), texts)
        wait = _FIRST_WAIT
        for attempt in range(1, _ATTEMPTS + 1):
            answer = self._send(body)
            if answer.sent:
                self._tell("")
                return True
            self._tell(answer.why)
            last = attempt == _ATTEMPTS or not answer.again
            if last or self._closing.wait(wait if answer.wait is None else answer.wait):
                break
            wait *= 2
        return False

    def _refuse(self, error: Exception) -> None:
        """Count a span that cannot be said; of the first there is a line."""
        self._drop("not encoded", 1)
        if not self._puzzled:
            self._puzzled = True
            log.warning("a span cannot be encoded, and is dropped: %s", type(error).__name__)

    def _tell(self, why: str) -> None:
        """One line when it begins to fail and one when it works again."""
        if bool(why) != self._failing:
            self._failing = bool(why)
            if why:
                log.warning("the collector of spans does not take them: %s", why)
            else:
                log.info("the collector of spans takes them again")

    def _drop(self, reason: str, spans: int) -> None:
        with self._lock:
            self.counts.dropped[reason] += spans
