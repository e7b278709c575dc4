"""Choose the account that the embedded servers run under.

PostgreSQL refuses to run as root, and rightly. Started by an ordinary user, the servers run as that user. Started by
root, they run

1. as ``nobody``, which owns its part of the data folder, where ``nobody`` can reach both that folder and the programs;
2. else (a home or a temporary folder of mode 0700, which only root may enter) as root without root's powers, in a Linux
   user namespace that maps nobody. The alternatives were worse: opening other people's folders to everyone, as the
   wheel's own Python does, or keeping data outside the one folder the caller names;
3. else (macOS, or a container that forbids namespaces) not at all, and the error names the folder in the way.
"""

import os
import pwd
import signal
import stat
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from standards_tree.errors import PreconditionError

LAUNCHER = Path(__file__).with_name("launcher.py")
PYTHON = (sys.executable, "-I", "-S")
"""The interpreter alone: no site-packages, no environment, no start-up files; the programs it runs need none."""


@dataclass(frozen=True, slots=True)
class Account:
    """Hold how to become the account, and who owns its files (None: whoever creates them)."""

    launcher_arguments: tuple[str, ...] = ()
    uid: int | None = None
    gid: int | None = None

    def launcher(self, death_signal: signal.Signals) -> list[str]:
        """Return the command to put before ``--parent PID -- PROGRAM …``."""
        return [*PYTHON, str(LAUNCHER), "--death-signal", str(int(death_signal)), *self.launcher_arguments]

    def run(self, program: list[str], environment: dict[str, str], folder: Path, lock_fd: int) -> tuple[int, str]:
        """Run *program* to its end under this account; return its exit status and what it printed."""
        completed = subprocess.run(  # noqa: S603  # our own wheel's programs
            [*self.launcher(signal.SIGTERM), "--parent", str(os.getpid()), "--", *program],
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[lock_fd],
            start_new_session=True,
            check=False,
        )
        return completed.returncode, completed.stdout.decode(errors="replace")

    def make_folder(self, folder: Path) -> None:
        """Make *folder* if need be, and this account its owner, with all that is in it."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.stat().st_uid == self.uid:
            return
        for parent, _, names in os.walk(folder):
            for path in (Path(parent), *(Path(parent, name) for name in names)):
                self.own(path)

    def own(self, path: Path) -> None:
        """Make this account the owner of one file or folder."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def choose_account(folder: Path, programs: Iterable[Path]) -> Account:
    """Return the account for servers whose data is in *folder* and whose programs are *programs*.

    Raises:
        PreconditionError: root runs this, and there is no account that could reach the folder and the programs.
    """
    if os.geteuid() != 0:
        return Account()
    nobody = pwd.getpwnam("nobody")
    obstacle = next((wall for path in (folder, *programs) if (wall := _closed_to_others(path)) is not None), None)
    if obstacle is None:
        arguments = ("--uid", str(nobody.pw_uid), "--gid", str(nobody.pw_gid))
        return Account(arguments, nobody.pw_uid, nobody.pw_gid)
    namespaced = Account(("--namespace",), 0, 0)
    if sys.platform == "linux" and _works(namespaced):
        return namespaced
    raise PreconditionError(
        "root cannot run the embedded PostgreSQL here: it must run as another user, and {obstacle} is closed to "
        "others; run as an ordinary user, or put the program and {folder} where everyone may enter",
        obstacle=obstacle,
        folder=folder,
    )


def _closed_to_others(path: Path) -> Path | None:
    """Return the first of *path* and its parents that only its owner or group may enter (a file: read and run)."""
    resolved = path.resolve()
    for step in (*reversed(resolved.parents), resolved):
        mode = step.stat().st_mode
        needed = stat.S_IXOTH if stat.S_ISDIR(mode) else stat.S_IXOTH | stat.S_IROTH
        if mode & needed != needed:
            return step
    return None


def _works(account: Account) -> bool:
    """Tell whether a program can be started under *account* at all."""
    command = [*account.launcher(signal.SIGTERM), "--parent", str(os.getpid()), "--", "/bin/sh", "-c", ":"]
    return subprocess.run(command, env={}, capture_output=True, check=False).returncode == 0  # noqa: S603  # as above
