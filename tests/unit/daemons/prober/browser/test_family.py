"""Whether what drives the browser is there, on real processes."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from seatrial.daemons.prober.browser import family


def test_a_driver_that_was_killed_is_gone_also_while_nobody_waits_for_it(tmp_path: Path) -> None:
    driver = tmp_path / family.DRIVER
    shutil.copy(shutil.which("sleep") or "/bin/sleep", driver)
    assert not family.driven()
    with subprocess.Popen([driver, "60"]) as running:
        assert family.driven()
        running.kill()
        while family.driven():
            pass
    assert not family.driven()
