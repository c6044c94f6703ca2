"""Tests of continuity."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))  # exercise_samples.py, beside the tests
