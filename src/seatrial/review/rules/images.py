"""Images: whether what runs tomorrow is what runs today."""

from collections.abc import Iterator

from seatrial.review.images import Image, image
from seatrial.review.lines import compose, container, service
from seatrial.review.risk import Risk
from seatrial.review.rule import Cures, Rule, Seen, seen
from seatrial.review.subject import Source, Subject
from seatrial.review.supported import AS_OF, PAGES, ended
from seatrial.system.importers.sketch import Container

_MOVING = frozenset(
    {"stable", "edge", "main", "master", "dev", "develop", "nightly", "lts", "mainline", "alpine",
     "slim", "rolling", "current", "testing", "canary", "unstable", "prod", "production"}
)  # fmt: skip


def _chosen(subject: Subject) -> Iterator[tuple[Container, Image]]:
    """The images that the user names: neither built here, nor those of seatrial's own stores."""
    for each in subject.containers:
        found = image(each.image)
        if found is not None and not each.build and not found.digest and each.kind != "store":
            yield each, found


def _unversioned(subject: Subject) -> Iterator[Seen]:
    for each, found in _chosen(subject):
        if found.tag not in {"", "latest"}:
            continue
        how = "says latest" if found.tag else "has no tag, so latest is meant"
        yield seen(
            each, "image", f"the image {each.image} {how}", to=f"{_bare(each.image)}:VERSION"
        )


def _moving(subject: Subject) -> Iterator[Seen]:
    for each, found in _chosen(subject):
        if found.tag.casefold() in _MOVING:
            summary = f"the tag of {each.image} names no version"
            yield seen(each, "image", summary, to=f"{_bare(each.image)}:VERSION")


def _undigested(subject: Subject) -> Iterator[Seen]:
    for each, found in _chosen(subject):
        if found.tag in {"", "latest"} or found.tag.casefold() in _MOVING:
            continue  # told by its own rule
        summary = f"the image {each.image} is not pinned by its digest"
        yield seen(each, "image", summary, to=f"{each.image}@sha256:DIGEST")


def _ended(subject: Subject) -> Iterator[Seen]:
    for each in subject.containers:
        found = ended(each.image, subject.today)
        if found is not None:
            product, version, end = found
            yield seen(
                each,
                "version" if each.kind == "store" else "image",
                f"{product} {version} has had no security fixes since {end}",
                to=f"{_bare(each.image)}:SUPPORTED",
                product=product,
            )


def _bare(written: str) -> str:
    head, slash, tail = written.rpartition("/")
    return f"{head}{slash}{tail.partition(':')[0]}"


def _pinned(_subject: Subject, found: Seen) -> dict[str, str]:
    return {"image": found.facts["to"]}


def _version(_subject: Subject, _found: Seen) -> dict[str, str]:
    return {"version": "SUPPORTED"}


_BY_TAG = "put the version that runs today in the place of VERSION"
_BY_DIGEST = "`docker image inspect IMAGE` shows the digest that runs today"
_AFTER_DUMP = "an upgrade to another major version needs a dump and a restore: rehearse it first"


def _everywhere(note: str) -> dict[Source, Cures]:
    return {
        Source.COMPOSE: compose(_pinned, note=note),
        Source.KUBERNETES: container(_pinned, note=note),
        Source.SEATRIAL: service(_pinned, note=note),
    }


RULES = (
    Rule(
        id="A0101",
        title="an image without a version",
        requirements=("R07.1", "R16.2"),
        risk=Risk.HIGH,
        because="What runs can change at any pull, and a rollback has nothing to go back to.",
        text="An image is named without a tag, or with `latest`. Two machines that pull on two "
        "days then run two programs, and nobody can say which one failed. An image that is built "
        "here (`build`) is not meant: its name only labels the result.",
        looks=_unversioned,
        cures=_everywhere(_BY_TAG),
    ),
    Rule(
        id="A0102",
        title="an image that is not pinned by its digest",
        requirements=("R07.1",),
        risk=Risk.LOW,
        because="A tag can be pushed again; only a digest names the bytes that were scanned.",
        text="The tag names a version, but not its bytes. A scan, a signature and a test belong "
        "to a digest. An image that is built here is not meant.",
        looks=_undigested,
        cures=_everywhere(_BY_DIGEST),
    ),
    Rule(
        id="A0103",
        title="a tag that moves",
        requirements=("R07.1", "R16.2"),
        risk=Risk.MEDIUM,
        because="What runs changes whenever the maker moves the tag.",
        text="The tag is a word such as `stable`, `edge`, `main` or `alpine`, not a version: it "
        "means something else next month. `15-alpine` names a version and is not meant.",
        looks=_moving,
        cures=_everywhere(_BY_TAG),
    ),
    Rule(
        id="A0104",
        title="a database version that is no longer mended",
        requirements=("R07.1", "R08.3"),
        risk=Risk.HIGH,
        because="Holes that are found now stay open, and they are public.",
        text="The maker has stopped releasing fixes for this version. The dates are those of "
        + ", ".join(f"[{name}]({page})" for name, page in PAGES.items())
        + f", as of {AS_OF}. A version that the table does not know is not judged.",
        looks=_ended,
        cures={
            Source.COMPOSE: compose(_pinned, note=_AFTER_DUMP),
            Source.KUBERNETES: container(_pinned, note=_AFTER_DUMP),
            Source.SEATRIAL: service(_version, note=_AFTER_DUMP),
        },
    ),
)
