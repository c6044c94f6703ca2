"""What an image is to hold, and how it is written down: its files, its Dockerfile and its tag.

Our daemons are one, each engine is another. Who calls an engine's programs beside its own gets both
in one image: no container reaches into another one's file system.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from seatrial.runtimes.compose.images import dockerfile, within
from seatrial.runtimes.compose.images.essentials import USER
from seatrial.runtimes.compose.images.image import ENGINE, INPUTS, TOOL, VERSION
from seatrial.runtimes.compose.images.tree import Entry, Tree

Described = tuple[Tree, str, str]  # the files of an image, its Dockerfile, its tag (`2.53.3-01ab`)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Files by their place in the image, and what their programs must be told.

    `why` is for who reads the Dockerfile. `path` are folders of programs. `run` is a command of the
    image that completes it. `tools` are the versions of what stands beside, by engine.
    One that `starts` by itself can stand below any folder of another image.
    """

    name: str
    version: str
    why: str
    files: Mapping[str, Entry] = field(hash=False)
    path: tuple[str, ...] = ()
    env: Mapping[str, str] = field(default_factory=dict, hash=False)
    run: tuple[str, ...] = ()
    tools: Mapping[str, str] = field(default_factory=dict, hash=False)
    starts: bool = False

    def beside(self, tool: "Content") -> "Content":
        """This and the programs of a tool: its own come first, and the libraries of both."""
        env = dict(self.env)
        for key, value in tool.env.items():
            env[key] = f"{env[key]}:{value}" if key in env else value
        return replace(
            self,
            why=f"{self.why}; beside it {tool.why}",
            files={**tool.files, **self.files},
            path=(*self.path, *tool.path),
            env=env,
            tools={**self.tools, tool.name: tool.version},
        )

    def described(self, on: str = "", has: Mapping[str, Entry] | None = None) -> Described:
        """What to send, the Dockerfile, and the tag, which is the same whatever it is built on.

        Built `on` an image that `has` some of the files already only the others are sent, and what
        completes it has run there.
        """
        labels = {ENGINE: self.name, VERSION: self.version}
        labels |= {f"{TOOL}{name}": version for name, version in self.tools.items()}
        text = partial(dockerfile.text, self.why, user=USER, path=":".join(self.path), env=self.env)
        files = {**self.files, **(within.starts(self.files) if self.starts else {})}
        inputs = Tree(files).digest(text(run=self.run, labels=labels))
        marked = {**labels, INPUTS: inputs}
        written = text(base=on, labels=marked) if on else text(run=self.run, labels=marked)
        known = has or {}
        sent = {path: each for path, each in files.items() if path not in known}
        return Tree(sent), written, f"{self.version}-{inputs}"
