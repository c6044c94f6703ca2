"""Steps of a journey that a browser walks: what is done on a page, and what must be seen there.

How a thing on a page is found has Playwright's words: by role, label, placeholder, text, selector.
"""

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field, StrictStr, model_validator

from seatrial.system.base import (
    Flag,
    Model,
    Text,
    UrlPath,
    VariableName,
    WrittenText,
    matching,
)
from seatrial.system.fault import fault
from seatrial.system.units import PositiveDuration

WAYS = ("role", "label", "placeholder", "text", "selector")
DEEDS = ("open", "fill", "select", "press", "click")
WITHIN = 5.0  # seconds that a step has, where none are written
_MOST_NAMED = 120  # characters of a step's name
_KEY = r"((Control|Shift|Alt|Meta)\+)*[A-Za-z0-9]{1,20}"

_Path = Annotated[
    StrictStr,
    AfterValidator(
        matching(r"/[^\s\x00-\x1f]{0,2047}", "a page's path", "begin it with /, as in /orders/*")
    ),
]
_Role = Annotated[
    StrictStr,
    AfterValidator(
        matching(r"[a-z]{2,20}", "a role of ARIA", "write one, as in button or heading")
    ),
]
_Keys = Annotated[
    StrictStr,
    AfterValidator(matching(_KEY, "a key", "write Enter, Escape, or as in Control+A")),
]


class Locator(Model):
    """A thing on a page, found in exactly one way."""

    role: _Role | None = Field(None, description="Its ARIA role.", examples=["button"])
    name: Text | None = Field(
        None, description="Its accessible name, beside its role.", examples=["Sign in"]
    )
    label: Text | None = Field(
        None, description="The text of its label, of a field of a form.", examples=["E-mail"]
    )
    placeholder: Text | None = Field(
        None, description="The placeholder of a field.", examples=["Search"]
    )
    text: Text | None = Field(None, description="Text that it holds.", examples=["Recent runs"])
    selector: Text | None = Field(
        None, description="A CSS selector, where nothing else finds it.", examples=["#total"]
    )
    exact: Flag = Field(
        default=False,
        description="Whether the text must be the whole one, with its capitals.",
        examples=[True],
    )

    @property
    def way(self) -> str | None:
        """By which of WAYS it is found; None where by none."""
        return next((each for each in WAYS if getattr(self, each) is not None), None)

    @property
    def title(self) -> str:
        """As a step is called by: `button "Sign in"`."""
        if self.role is not None:
            return f'{self.role} "{self.name}"' if self.name else self.role
        return f'{self.way} "{getattr(self, self.way or "text")}"'

    @model_validator(mode="after")
    def _one_way(self) -> "Locator":
        found = [each for each in WAYS if getattr(self, each) is not None]
        if not found and not self._may_be_nothing():
            raise fault("ST1309", "names nothing on the page", f"add one of {', '.join(WAYS)}")
        if len(found) > 1:
            raise fault("ST1309", f"is written beside {found[0]}", "find it in one way", found[1])
        if self.name is not None and self.role is None:
            raise fault("ST1309", "goes with a role", "add its role, as in role: button", "name")
        return self

    def _may_be_nothing(self) -> bool:
        """Whether it may be found in no way."""
        return False


class Filled(Locator):
    """A field, and what is filled in."""

    value: WrittenText = Field(
        description="What is filled in, secrets as ${secret.NAME}.",
        examples=["${secret.probe-password}"],
    )


class Chosen(Locator):
    """A list, and what is chosen from it."""

    option: WrittenText = Field(
        description="Text of the option that is chosen.", examples=["Express"]
    )


class Pressed(Locator):
    """A thing, and the key that is pressed on it."""

    key: _Keys = Field(description="The key, in the browser's words.", examples=["Enter"])


class Seen(Locator):
    """What must be seen: the page's path, a thing on it, or both."""

    url: _Path | None = Field(
        None,
        description="Path of the page; * stands for one segment. A query counts where it is"
        " written.",
        examples=["/orders/*"],
    )
    contains: Text | None = Field(
        None, description="Text that the thing holds.", examples=["12.50"]
    )
    hidden: Flag = Field(
        default=False, description="Whether the thing must not be seen.", examples=[True]
    )

    def _may_be_nothing(self) -> bool:
        return self.url is not None and not self.contains and not self.hidden


class Kept(Locator):
    """Where a value for later steps comes from: the text of a thing, or the page's path."""

    url: _Path | None = Field(
        None, description="Path of the page; what * stands for is kept.", examples=["/orders/*"]
    )

    def _may_be_nothing(self) -> bool:
        return self.url is not None and "*" in self.url


class BrowserStep(Model):
    """One step in a browser: at most one of open, fill, select, press, click, and what is seen."""

    open: UrlPath | None = Field(None, description="Path of the page to open.", examples=["/login"])
    fill: Filled | None = Field(
        None,
        description="Field to fill in.",
        examples=[{"label": "E-mail", "value": "probe@acme.example"}],
    )
    select: Chosen | None = Field(
        None,
        description="List to choose from.",
        examples=[{"label": "Delivery", "option": "Express"}],
    )
    press: Pressed | None = Field(
        None, description="Key to press.", examples=[{"label": "Search", "key": "Enter"}]
    )
    click: Locator | None = Field(
        None, description="Thing to click.", examples=[{"role": "button", "name": "Sign in"}]
    )
    expect: Seen | None = Field(
        None,
        description="What must be seen then.",
        examples=[{"url": "/home", "role": "heading", "name": "Orders"}],
    )
    keep: Mapping[VariableName, Kept] = Field(
        {},
        description="Variables for later steps, from the page.",
        examples=[{"id": {"url": "/orders/*"}}],
    )
    within: PositiveDuration | None = Field(
        None,
        description="Time after which the step has failed; 5s when it is not written.",
        examples=["8s"],
    )
    safe: Flag = Field(
        default=False,
        description="Whether probers may do it for ever, where users are, too, though it may"
        " change something.",
        examples=[True],
    )

    @model_validator(mode="after")
    def _one_deed(self) -> "BrowserStep":
        written = [each for each in DEEDS if getattr(self, each) is not None]
        if not written and self.expect is None:
            raise fault(
                "ST1309", "does nothing", f"add one of {', '.join(DEEDS)}, or what to expect"
            )
        if len(written) > 1:
            raise fault(
                "ST1309", f"is written beside {written[0]}", "make a step of each", written[1]
            )
        return self

    @property
    def does(self) -> str:
        """What it does: one of DEEDS, or `see`."""
        return next((each for each in DEEDS if getattr(self, each) is not None), "see")

    @property
    def at(self) -> Locator | None:
        """The thing that it does something with; None where it opens a page, or only looks."""
        return self.fill or self.select or self.press or self.click

    @property
    def changes(self) -> bool:
        """Whether it may change something: a click follows a link, or orders a car."""
        return self.does in {"press", "click"}

    @property
    def method(self) -> str:
        """What a list of what may change something calls it."""
        return self.does

    @property
    def name(self) -> str:
        """What it is called in figures: `click button "Sign in"`. Never what is filled in."""
        seen = self.expect
        if self.open is not None:
            text = f"open {self.open}"
        elif self.press is not None:
            text = f"press {self.press.key} in {self.press.title}"
        elif self.at is not None:
            text = f"{self.does} {self.at.title}"
        else:
            text = f"see {_of(seen)}" if seen is not None else "see"
        return text if len(text) <= _MOST_NAMED else f"{text[: _MOST_NAMED - 1]}…"


def _of(seen: Seen) -> str:
    """As a step is called that only looks."""
    return seen.title if seen.way is not None else str(seen.url)
