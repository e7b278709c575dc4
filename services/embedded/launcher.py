"""Take up an unprivileged account and a parent to die with, then become the given program.

A program of its own (``python -I -S launcher.py … -- PROGRAM ARGUMENT…``), standard library only, because the steps
must happen between fork and exec, where a parent that has threads must not run Python code.
"""

import argparse
import ctypes
import os
import struct
import sys

PR_SET_PDEATHSIG = 1
PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP = 28, 1 << 2
PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE = 47, 2
CAPABILITY_VERSION_3 = 0x20080522


def become(uid: int, gid: int, capability: int | None, libc: ctypes.CDLL) -> None:
    """Become another user for good, keeping one Linux capability or none; afterwards the rest is no longer allowed."""
    if capability is not None:
        # Capabilities then outlive the change of user, and count for access(2), with which PostgreSQL finds itself.
        _require(libc.prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0))
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    if capability is not None:
        # Only an inheritable capability can be ambient, and only an ambient one outlives exec.
        header = struct.pack("=Ii", CAPABILITY_VERSION_3, 0)
        effective = permitted = inheritable = 1 << capability
        _require(libc.capset(header, struct.pack("=6I", effective, permitted, inheritable, 0, 0, 0)))
        _require(libc.prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0))


def die_with(parent: int, death_signal: int, libc: ctypes.CDLL) -> None:
    """Ask the kernel to send *death_signal* when *parent* ends, however it ends (Linux only).

    Set last: a change of user clears it. *parent* may be gone already, and then no signal would come.
    """
    _require(libc.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0))
    if os.getppid() != parent:
        sys.exit(f"the process {parent} that asked for this program is gone")


def _require(status: int) -> None:
    if status != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def main() -> None:
    """Do what the arguments say, in the one order that works, and exec."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--uid", type=int)
    parser.add_argument("--gid", type=int)
    parser.add_argument("--capability", type=int)
    parser.add_argument("--parent", type=int, required=True)
    parser.add_argument("--death-signal", type=int, required=True)
    parser.add_argument("program", nargs="+")
    wanted = parser.parse_args()
    libc = ctypes.CDLL(None, use_errno=True)
    os.umask(0o077)
    if wanted.uid is not None:
        become(wanted.uid, wanted.gid, wanted.capability, libc)
    if sys.platform == "linux":
        die_with(wanted.parent, wanted.death_signal, libc)
    os.execv(wanted.program[0], wanted.program)  # noqa: S606  # no shell is the point


if __name__ == "__main__":
    main()
