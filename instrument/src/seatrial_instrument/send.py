"""Posts batches to a collector, from one thread; a kept connection, a time for each wait.

Rules: OTLP/HTTP: which answers are worth another attempt, and Retry-After.
"""

import gzip
import http.client
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

_AGAIN = frozenset({429, 502, 503, 504})
_LONGEST_ANSWER = 65_536
_LONGEST_WAIT = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of a batch. `again`: another attempt may help, after `wait` seconds if given."""

    sent: bool
    again: bool = False
    wait: float | None = None
    why: str = ""


class Sender:
    """One endpoint. Used by one thread at a time."""

    def __init__(
        self, endpoint: str, headers: Mapping[str, str], *, compress: bool, timeout: float
    ) -> None:
        parts = urlsplit(endpoint)
        self._address = (parts.hostname or "", parts.port)
        self._path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        self._secure = parts.scheme == "https"
        self._timeout = timeout
        self._compress = compress
        self._headers = {"Content-Type": "application/json", **headers}
        if compress:
            self._headers["Content-Encoding"] = "gzip"
        self._connection: http.client.HTTPConnection | None = None

    def send(self, body: bytes) -> Answer:
        """Post it once; on a connection that the other side has closed meanwhile, twice."""
        content = gzip.compress(body, compresslevel=1) if self._compress else body
        fresh = self._connection is None
        try:
            return self._post(content)
        except (OSError, http.client.HTTPException) as error:
            self.forget()
            # An answer in time that breaks off, or silence, is a failure; a farewell is not.
            if fresh or isinstance(error, TimeoutError):
                return Answer(sent=False, again=True, why=_said(error))
        except ValueError as error:
            return self._wrong(error)
        try:
            return self._post(content)
        except (OSError, http.client.HTTPException) as error:
            self.forget()
            return Answer(sent=False, again=True, why=_said(error))
        except ValueError as error:
            return self._wrong(error)

    def forget(self) -> None:
        """Close the connection; the next batch makes another."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _wrong(self, error: ValueError) -> Answer:
        """An address or a header that HTTP does not carry: it will not get better."""
        self.forget()
        return Answer(sent=False, why=f"it cannot be asked: {type(error).__name__}")

    def _post(self, content: bytes) -> Answer:
        if self._connection is None:
            kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
            host, port = self._address
            self._connection = kind(host, port, timeout=self._timeout)
        self._connection.request("POST", self._path, content, self._headers)
        answer = self._connection.getresponse()
        rest = answer.read(_LONGEST_ANSWER)
        if len(rest) == _LONGEST_ANSWER:
            self.forget()
        if answer.status < http.client.MULTIPLE_CHOICES:
            return Answer(sent=True)
        again = answer.status in _AGAIN
        wait = _seconds(answer.headers.get("Retry-After", "")) if again else None
        return Answer(sent=False, again=again, wait=wait, why=f"it answers {answer.status}")


def _seconds(text: str) -> float | None:
    """Retry-After in seconds, where it is given so."""
    return min(float(text[:6]), _LONGEST_WAIT) if text.isascii() and text.isdecimal() else None


def _said(error: Exception) -> str:
    return str(error) or type(error).__name__
