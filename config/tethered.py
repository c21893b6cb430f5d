"""Become another program, tethered to a parent: `python tethered.py PARENT PROGRAM ARGUMENT ...`.

When the parent is killed, Linux ends the program too. The request has to be made in the new
process itself; a hook of `subprocess` between fork and exec is not safe beside threads.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1  # from linux/prctl.h


def main(parent: str, *command: str) -> None:  # pragma: no cover -- in processes of its own
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != int(parent):
        return  # killed before the request was made
    try:
        os.execvp(command[0], command)  # noqa: S606 -- what the supervisor was told to run
    except OSError as trouble:
        sys.exit(f"{command[0]}: {trouble.strerror}")


if __name__ == "__main__":  # pragma: no cover
    main(*sys.argv[1:])
