"""The images of a system: what its workloads need, what is there, and how to bring the rest."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from seatrial.app import registry
from seatrial.app.environment import open_runtime
from seatrial.app.plan import plan
from seatrial.contract.runtime import Progress, RuntimeFailure
from seatrial.runtimes.compose.client import Client, open_client
from seatrial.runtimes.compose.images import Image, Wanted, Work, archive, working
from seatrial.runtimes.shared.wanted import of_daemons, of_engine, wanted


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One image that is wanted, and the image as it is; None where it is missing."""

    wanted: Wanted
    image: Image | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Images:
    """The images of one file's system; without a file those of every engine."""

    file: Path | None
    cache: Path | None
    progress: Callable[[Progress], None] = field(repr=False)

    def wanted(self) -> tuple[Wanted, ...]:
        """Every image, each once. Raises Refused, RuntimeFailure."""
        if self.file is None:
            always = (each for each in registry.engines() if not each.asked_by)
            return (*map(of_engine, always), of_daemons())
        planned = plan(self.file, open_runtime(self.file))
        known = {each.name: each for each in registry.engines()}
        ours = (each for each in planned.workloads if not each.attached)
        return wanted(tuple(ours), known, planned.system.name)

    def rows(self) -> tuple[Row, ...]:
        """Each image that is wanted, as it is now. Nothing is pulled or built."""
        with self._working() as work:
            return tuple(Row(wanted=each, image=work.there(each)) for each in self.wanted())

    def pull(self, names: Sequence[str]) -> tuple[tuple[Wanted, str], ...]:
        """Fetch official images; each with why it could not be had, empty when it is there."""
        chosen = [each for each in self._chosen(names) if each.official]
        with self._working() as work:
            return tuple((each, work.pull(each)) for each in chosen)

    def build(self, names: Sequence[str]) -> tuple[Row, ...]:
        """Make the images here, whatever a registry has. Raises RuntimeFailure."""
        chosen = [each for each in self._chosen(names) if each.repository]
        with self._working() as work:
            return tuple(Row(wanted=each, image=work.build(each)) for each in chosen)

    def save(self, into: Path) -> tuple[archive.Member, ...]:
        """Write every image to one file. Raises RuntimeFailure where one is missing."""
        rows = self.rows()
        missing = [each.wanted.name for each in rows if each.image is None]
        if missing:
            raise RuntimeFailure(
                f"not here yet: {', '.join(missing)}",
                "run `seatrial images pull` or `seatrial images build` first",
            )
        names = [each.image.name for each in rows if each.image is not None]
        with self._client() as client:
            return archive.save(client, names, into, self._step("saving"))

    def load(self, file: Path) -> tuple[tuple[archive.Member, bool], ...]:
        """Load what was saved; with each image whether it was taken. Raises RuntimeFailure."""
        with self._client() as client:
            return archive.load(client, file, self._step("loading"))

    def _chosen(self, names: Sequence[str]) -> tuple[Wanted, ...]:
        found = self.wanted()
        known = {each.name for each in found}
        unknown = [each for each in names if each not in known]
        if unknown:
            raise RuntimeFailure(
                f"no image {unknown[0]!r} is wanted here", f"there are {', '.join(sorted(known))}"
            )
        return tuple(each for each in found if not names or each.name in names)

    @contextmanager
    def _working(self) -> Iterator[Work]:
        folder = self.file.parent.resolve() if self.file is not None else Path.cwd()
        with (
            self._client() as client,
            working(client, folder=folder, cache=self.cache, progress=self.progress) as work,
        ):
            yield work

    @contextmanager
    def _client(self) -> Iterator[Client]:
        client = open_client()
        try:
            yield client
        finally:
            client.close()

    def _step(self, phase: str) -> Callable[[str], None]:
        return lambda step: self.progress(Progress(subject="images", phase=phase, detail=step))
