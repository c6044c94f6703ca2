"""A workload's files in a pod: from a ConfigMap, from the Secret, or composed when it starts.

Each file is mounted by itself, so that the folder around it stays writable. Kubernetes cannot put
a secret into a text: where a file holds one among other words, a container that runs first writes
it, from a template in the ConfigMap, into memory.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from seatrial.contract.output import File, Workload
from seatrial.engines.objects import Home
from seatrial.runtimes.kubernetes.words import DIR, in_file, secrets_in

_TEMPLATES, _SECRETS, _COMPOSED = "/templates", "/secrets", "/composed"
_KEPT = 0o440  # for the pod's group: Kubernetes owns the file
_COMPOSE = f"""\
import json, pathlib, re
def written(name):
    value = pathlib.Path("{_SECRETS}", name.group(1)).read_text()
    return json.dumps(value)[1:-1] if template.name.endswith(".json") else value
for template in pathlib.Path("{_TEMPLATES}").iterdir():
    if template.is_file():
        place = pathlib.Path("{_COMPOSED}", template.name)
        place.touch(mode=0o640)
        place.write_text(re.sub(
            r"\\$\\{{secret\\.([A-Za-z0-9_-]+)\\}}",
            written,
            template.read_text(),
        ))
"""


@dataclass(frozen=True, kw_only=True)
class Files:
    """The files of one workload. Names of volumes begin with the workload's `prefix`."""

    work: Workload
    home: Home
    prefix: str = ""

    @property
    def map(self) -> str:
        """The ConfigMap's name."""
        return f"{self.work.name}-files"

    @cached_property
    def _texts(self) -> Mapping[str, str]:
        return {each.path: in_file(each.text, self.work) for each in self.work.files}

    @cached_property
    def _keys(self) -> Mapping[str, str]:
        """The key of each path in a ConfigMap, which knows no folders."""
        found: dict[str, str] = {}
        for place, each in enumerate(self.work.files):
            key = re.sub(r"[^-._a-zA-Z0-9]", "_", each.path.replace("/", "__"))
            found[each.path] = f"{key}.{place}" if key in found.values() else key
        return found

    def _whole(self, file: File) -> str:
        """The secret that a file is, and nothing else; or empty."""
        named = secrets_in(file.text)
        same = len(named) == 1 and file.text.strip() == f"${{secret.{named[0]}}}"
        return named[0] if same else ""

    @cached_property
    def _composed(self) -> tuple[File, ...]:
        return tuple(
            each for each in self.work.files if secrets_in(each.text) and not self._whole(each)
        )

    @cached_property
    def _plain(self) -> tuple[File, ...]:
        return tuple(each for each in self.work.files if not secrets_in(each.text))

    def data(self) -> dict[str, str]:
        """What the ConfigMap holds: texts, and templates with their secrets' names."""
        shown = (*self._plain, *self._composed)
        return {self._keys[each.path]: self._texts[each.path] for each in shown}

    def volumes(self) -> list[dict[str, Any]]:
        """What the pod needs for them."""
        found: list[dict[str, Any]] = []
        if self._plain:
            found.append({"name": self._named("files"), "configMap": {"name": self.map}})
        wanted = dict.fromkeys(each for file in self.work.files for each in secrets_in(file.text))
        if wanted:
            items = [{"key": name, "path": name} for name in wanted]
            source = {"secretName": self.home.secrets, "defaultMode": _KEPT, "items": items}
            found.append({"name": self._named("secrets"), "secret": source})
        if self._composed:
            keys = [self._keys[each.path] for each in self._composed]
            items = [{"key": key, "path": key} for key in keys]
            templates = {"name": self.map, "items": items}
            found += [
                {"name": self._named("templates"), "configMap": templates},
                {"name": self._named("composed"), "emptyDir": {"medium": "Memory"}},
            ]
        return found

    def mounts(self) -> list[dict[str, Any]]:
        """Where the container finds them."""
        found = []
        for each in self.work.files:
            volume, key = "files", self._keys[each.path]
            if self._whole(each):
                volume, key = "secrets", self._whole(each)
            elif each in self._composed:
                volume = "composed"
            found.append(
                {
                    "name": self._named(volume),
                    "mountPath": f"{DIR}/{each.path}",
                    "subPath": key,
                    "readOnly": True,
                }
            )
        return found

    def composing(self, image: str, security: Mapping[str, Any]) -> list[dict[str, Any]]:
        """The container that runs first and puts secrets into texts; none where none is needed."""
        if not self._composed:
            return []
        places = (("templates", _TEMPLATES), ("secrets", _SECRETS), ("composed", _COMPOSED))
        return [
            {
                "name": self._named("compose-files"),
                "image": image,
                "command": ["python", "-c", _COMPOSE.replace("$", "$$")],
                "volumeMounts": [
                    {"name": self._named(name), "mountPath": path} for name, path in places
                ],
                "resources": {"limits": {"memory": "64Mi"}},
                "securityContext": dict(security),
            }
        ]

    def _named(self, volume: str) -> str:
        return f"{self.prefix}{volume}"
