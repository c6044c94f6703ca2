"""Makers of spans, importable by the tests beside."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
