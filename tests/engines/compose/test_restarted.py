"""The engine is restarted, or crashes, with a fault in place and in the middle of a drill."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from scripts.docker import programs

from seatrial.runtimes.local.install import open_cache

pytestmark = [pytest.mark.engines, pytest.mark.xdist_group("compose-restarted")]
_ROOT = Path(__file__).parents[3]
_SCRIPT = Path(__file__).with_name("restarted.py")


@pytest.mark.skipif(
    not sys.platform.startswith("linux") or os.geteuid() != 0,
    reason="an engine of its own, that may be restarted, needs root on Linux",
)
def test_status_is_true_and_undo_is_right_whatever_happens_to_the_engine(
    dockerfile: str, tmp_path: Path
) -> None:
    if programs.found(open_cache()) is None:
        pytest.skip("the engine that answers is the machine's: no private one is unpacked")
    image = dockerfile.split()[1]
    images = tmp_path / "images.tar"
    subprocess.run(["docker", "save", "--output", str(images), image], check=True)
    (tmp_path / "Dockerfile").write_text(dockerfile)
    # a socket's path must be short, and layers need a file system that can be laid over
    folder = Path(tempfile.mkdtemp(prefix="again-", dir=open_cache().root))
    folder.chmod(0o755)
    try:
        done = subprocess.run(
            [
                *("unshare", "--mount", "--propagation", "private", "--net"),
                *(sys.executable, str(_SCRIPT), str(folder), str(images)),
                str(tmp_path / "Dockerfile"),
            ],
            env={**os.environ, "PYTHONPATH": str(_ROOT)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=900,
            check=False,
        )
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("seen and undone") == 8
    assert "told and undone" in done.stdout
    assert not folder.exists()
