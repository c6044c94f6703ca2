"""Which images a system's workloads need, and how each of them comes to be there.

The official image where its registry can be reached; else an image that is built here, from the
programs in the cache of engines: the very programs that the local runtime runs. Our own daemons
are one image. The user's services are built from their own Dockerfiles, unchanged; where a base
image cannot be had, one that is made of Debian's packages stands in under its name, and says so.

`wanted.py` of `runtimes/shared/`, `bases.py` and `dockerfile.py` decide from values alone. Nothing
here starts a workload.
"""

from seatrial.runtimes.compose.images.ensure import Work, ensure, working
from seatrial.runtimes.compose.images.image import Image, Source
from seatrial.runtimes.shared.wanted import Kind, Wanted, wanted

__all__ = ["Image", "Kind", "Source", "Wanted", "Work", "ensure", "wanted", "working"]
