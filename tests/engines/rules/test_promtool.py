"""The real promtool on what is rendered for the reference system."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml

from seatrial.app.examine import examine_all  # noqa: F401 - replaced below
