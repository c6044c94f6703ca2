"""Where the files lie that an engine brings for itself, beside its programs."""

from pathlib import Path

from seatrial.contract.engine import Engine


def home_of(program: Path, engine: Engine) -> Path:
    """The folder of an engine's own files: the nearest above that holds its mark.

    Packagers put a script on PATH and the product elsewhere: then it is looked for above the
    engine's usual folders. Without a mark, or where none is found, the folder above the program's.
    """
    real = program.resolve()
    usual = real.parent.parent
    if not engine.mark:
        return usual
    above = (*real.parents, *(Path(each).parent for each in engine.folders))
    return next((each for each in above if (each / engine.mark).is_file()), usual)
