"""How a control has half of files gone, and mends them: a daemon has Python, and maybe no shell.

What is broken is kept beside what is left of it, so that mending is harmless when repeated.
"""

from seatrial.contract.action import Execute

_SPOIL = """\
import pathlib, shutil, sys
folder = pathlib.Path(sys.argv[1])
for top in {tops}:
    files = [each for each in top.glob("{files}") if each.is_file() and each.suffix != ".kept"]
    files.sort(key=lambda each: (each.stat().st_size, str(each)))
    for file in files{which}:
        kept = file.with_name(file.name + ".kept")
        file.rename(kept)
        file.write_bytes(kept.read_bytes()[: kept.stat().st_size // 2])
        shutil.copymode(kept, file)
"""
_MEND = """\
import pathlib, sys
for kept in sorted(pathlib.Path(sys.argv[1]).rglob("*.kept")):
    kept.replace(kept.with_suffix(""))
"""


def spoiled(
    daemon: str, folder: str, files: str, *, tops: str = "[folder]", largest: bool = False
) -> Execute:
    """Half of each of the `files` (a pattern) in a folder of the daemon's, or the largest alone.

    `tops` is the folders in which they are, in Python, below the `folder`.
    """
    which = "[-1:]" if largest else ""
    return Execute(
        workload=daemon,
        argv=("python", "-c", _SPOIL.format(tops=tops, files=files, which=which), folder),
        undo=("python", "-c", _MEND, folder),
    )
