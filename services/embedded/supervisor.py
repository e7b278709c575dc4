"""Keep the embedded servers' lives tied to their parent's: start them, watch them, stop them in order.

A program of its own (``python -I -S supervisor.py LOCK_FD FOLDER``), standard library only, because it must outlive a
parent that is killed. FOLDER is there for readers of ``ps``. It speaks lines of JSON:

- standard input: one ``ChildSpec`` a line, each started at once. **End of file means stop**, and comes by itself when
  the parent dies, however it dies.
- standard output: ``{"ended": name, "status": n}`` when a child ends unasked. The others are then stopped too.

Children are stopped in the order in which they were started. They inherit LOCK_FD, so the data folder's lock is held
until the last of them is gone, even if this program is killed; the kernel then stops them (see launcher.py).
"""

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from typing import TypedDict


class ChildSpec(TypedDict):
    """Describe one child to start."""

    name: str
    launcher: list[str]
    program: list[str]
    environment: dict[str, str]
    folder: str
    log: str
    stop_steps: list[tuple[int, float]]
    """(signal, seconds to wait for the end), tried in turn; SIGKILL follows."""
    remove_afterwards: list[str]
    """Files and folders outside the data folder to remove once the child has ended."""


@dataclass(frozen=True)
class Child:
    """Hold a running child and how it was described."""

    spec: ChildSpec
    process: subprocess.Popen[bytes]


def start(spec: ChildSpec, lock_fd: int) -> Child:
    """Start one child, its output at the end of its log, nothing of ours open in it but the lock."""
    with open(spec["log"], "ab") as log:  # noqa: PTH123  # pathlib would double this program's start-up time
        process = subprocess.Popen(  # noqa: S603  # the program and its arguments come from our parent
            [*spec["launcher"], "--parent", str(os.getpid()), "--", *spec["program"]],
            env=spec["environment"],
            cwd=spec["folder"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            pass_fds=[lock_fd],
        )
    return Child(spec, process)


def stop(child: Child) -> None:
    """Stop one child, gently at first; return when it has ended."""
    for number, seconds in child.spec["stop_steps"]:
        if child.process.poll() is None:
            child.process.send_signal(number)
        try:
            child.process.wait(seconds)
            break
        except subprocess.TimeoutExpired:
            continue
    else:
        child.process.kill()
        child.process.wait()
    for path in child.spec["remove_afterwards"]:
        if os.path.isdir(path):  # noqa: PTH112  # as above
            shutil.rmtree(path, ignore_errors=True)
        else:
            with contextlib.suppress(OSError):
                os.unlink(path)  # noqa: PTH108  # as above


def wake_on_child_exit() -> int:
    """Return a descriptor that becomes readable when a child ends."""
    readable, writable = os.pipe()
    os.set_blocking(readable, False)
    os.set_blocking(writable, False)
    signal.set_wakeup_fd(writable, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
    return readable


def tell(event: dict[str, object]) -> None:
    """Write one event for the parent; a parent that is gone does not mind."""
    with contextlib.suppress(BrokenPipeError):
        os.write(1, json.dumps(event).encode() + b"\n")


def first_ended(children: list[Child]) -> Child | None:
    """Return a child that has ended, or None."""
    return next((child for child in children if child.process.poll() is not None), None)


def supervise(children: list[Child], lock_fd: int) -> None:
    """Start what the parent asks for and watch it, until the parent says stop, dies, or a child ends."""
    child_exits = wake_on_child_exit()
    unread = b""
    while True:
        ready, _, _ = select.select([0, child_exits], [], [])
        if child_exits in ready:
            os.read(child_exits, 4096)
            ended = first_ended(children)
            if ended is not None:
                tell({"ended": ended.spec["name"], "status": ended.process.returncode})
                return
        if 0 in ready:
            block = os.read(0, 65536)
            if not block:
                return
            *lines, unread = (unread + block).split(b"\n")
            children.extend(start(json.loads(line), lock_fd) for line in lines)


def main() -> None:
    """Supervise, then stop all children in order."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Only the parent's end, or its word, ends us: else the order of stopping is lost. Not SIG_IGN: children would
        # inherit that.
        signal.signal(number, lambda _number, _frame: None)
    os.umask(0o077)
    lock_fd = int(sys.argv[1])
    children: list[Child] = []
    try:
        supervise(children, lock_fd)
    finally:
        for child in children:
            stop(child)


if __name__ == "__main__":
    main()
