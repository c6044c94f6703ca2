"""A command that does not outlive who has started it, however that dies."""

import os
import shutil


def leash() -> tuple[str, ...]:
    """What is put before a command line: its process is killed with ours (prctl(2), PDEATHSIG).

    Empty where the machine has no setpriv.
    """
    setpriv, shell = shutil.which("setpriv"), shutil.which("sh")
    if setpriv is None or shell is None:
        return ()
    # Whose parent died before the leash was on gets no signal any more: it asks for itself.
    still = (shell, "-c", '[ "$PPID" = "$0" ] && exec "$@"', str(os.getpid()))
    return (setpriv, "--pdeathsig", "KILL", "--", *still)
