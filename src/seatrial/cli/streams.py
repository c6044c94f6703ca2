"""Plain streams: data for programs, and readers that leave.

Apart from `screen`, so that a command that needs no colours need not load rich.
"""

import json
import os
import sys
from typing import Any, TextIO


def as_json(document: Any) -> None:
    """Data for programs."""
    try:
        sys.stdout.write(json.dumps(document, indent=2, default=str) + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        nobody_reads(sys.stdout)


def nobody_reads(stream: TextIO) -> None:
    """Let what is still written to a stream whose reader has left go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
