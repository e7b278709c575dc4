"""Take up an unprivileged account and a parent to die with, then become the given program.

A program of its own (``python -I -S launcher.py … -- PROGRAM ARGUMENT…``), standard library only, because the steps
must happen between fork and exec, where a parent that has threads must not run Python code.
"""

import argparse
import ctypes
import os
import sys

CLONE_NEWUSER = 0x10000000
PR_SET_PDEATHSIG = 1


def enter_user_namespace(libc: ctypes.CDLL) -> None:
    """Leave root's powers behind by entering a user namespace that maps nobody; root's files stay the process's own.

    Inside, the user id reads 65534 (the kernel's overflow id), so PostgreSQL starts.
    """
    if libc.unshare(CLONE_NEWUSER) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), "unshare")


def become(uid: int, gid: int) -> None:
    """Become another user for good; the order matters: after setuid the rest is no longer allowed."""
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)


def die_with(parent: int, death_signal: int, libc: ctypes.CDLL) -> None:
    """Ask the kernel to send *death_signal* when *parent* ends, however it ends (Linux only).

    Set last: a change of user clears it. *parent* may be gone already, and then no signal would come.
    """
    libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(f"the process {parent} that asked for this program is gone")


def main() -> None:
    """Do what the arguments say, in the one order that works, and exec."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--namespace", action="store_true")
    parser.add_argument("--uid", type=int)
    parser.add_argument("--gid", type=int)
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--death-signal", type=int, required=True)
    parser.add_argument("program", nargs="+")
    wanted = parser.parse_args()
    libc = ctypes.CDLL(None, use_errno=True)
    os.umask(0o077)
    if wanted.namespace:
        enter_user_namespace(libc)
    elif wanted.uid is not None:
        become(wanted.uid, wanted.gid)
    if sys.platform == "linux":
        die_with(wanted.parent, wanted.death_signal, libc)
    os.execv(wanted.program[0], wanted.program)  # noqa: S606  # no shell is the point


if __name__ == "__main__":
    main()
