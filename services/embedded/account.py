"""Choose the account that the embedded servers run under.

PostgreSQL refuses to run as root, and rightly. Started by an ordinary user, the servers run as that user. Started by
root, they run as ``nobody``, which owns its part of the data folder. But ``nobody`` may not enter every folder: root's
home and fresh temporary folders have mode 0700, and both the programs and the data may lie there. In that case (Linux
only) the servers keep one capability: to pass through and read what others may not, or where a container withholds that
one, to overrule file permissions. The alternatives were worse: opening such folders to everyone, as the wheel's own
Python does; keeping data outside the one folder the caller names; or a user namespace, in which the servers would own
all of root's files, and which containers forbid.
"""

import os
import signal
import stat
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from standards_tree.errors import PreconditionError

if sys.platform != "win32":
    import pwd

LAUNCHER = Path(__file__).with_name("launcher.py")
PYTHON = (sys.executable, "-I", "-S")
"""The interpreter alone: no site-packages, no environment, no start-up files; the programs it runs need none."""
CAP_DAC_READ_SEARCH, CAP_DAC_OVERRIDE = 2, 1


@dataclass(frozen=True, slots=True)
class Account:
    """Hold whom to become (None: stay who we are), and the capability to keep, if any."""

    uid: int | None = None
    gid: int | None = None
    capability: int | None = None

    def launcher(self, death_signal: signal.Signals) -> list[str]:
        """Return the command to put before ``--parent PID -- PROGRAM …``."""
        options = {"--uid": self.uid, "--gid": self.gid, "--capability": self.capability}
        words = [word for name, value in options.items() if value is not None for word in (name, str(value))]
        return [*PYTHON, str(LAUNCHER), "--death-signal", str(int(death_signal)), *words]

    def run(
        self, program: list[str], environment: dict[str, str], folder: Path | None = None, lock_fd: int | None = None
    ) -> tuple[int, str]:
        """Run *program* to its end under this account; return its exit status and what it printed."""
        completed = subprocess.run(  # noqa: S603  # our own wheels' programs
            [*self.launcher(signal.SIGTERM), "--parent", str(os.getpid()), "--", *program],
            env=environment,
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=[] if lock_fd is None else [lock_fd],
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


def choose_account(folder: Path, program: Path) -> Account:
    """Return the account for the server *program* whose data is in *folder*.

    Raises:
        PreconditionError: root runs this, and there is no account that could reach both.
    """
    if os.geteuid() != 0:
        return Account()
    obstacle = _closed_to_others(folder) or _closed_to_others(program)
    reason = f"nobody may not enter {obstacle}"
    for account in _accounts_of_root(obstacle):
        status, reason = account.run(["/bin/sh", "-c", ': < "$0"', str(program)], {})
        if status == 0:
            return account
    raise PreconditionError(
        "root cannot run the embedded servers here, which must run as another user ({reason}): run this as an "
        "ordinary user, or put the program and the data folder {folder} where every user may enter",
        reason=reason.strip().splitlines()[-1],
        folder=folder,
    )


def _accounts_of_root(obstacle: Path | None) -> Iterator[Account]:
    """Yield the accounts to try, the least powerful first."""
    nobody = pwd.getpwnam("nobody")
    if obstacle is None:
        yield Account(nobody.pw_uid, nobody.pw_gid)
    elif sys.platform == "linux":
        yield Account(nobody.pw_uid, nobody.pw_gid, CAP_DAC_READ_SEARCH)
        yield Account(nobody.pw_uid, nobody.pw_gid, CAP_DAC_OVERRIDE)


def _closed_to_others(path: Path) -> Path | None:
    """Return the first of *path* and its parents that only its owner or group may enter (a file: read and run)."""
    resolved = path.resolve()
    for step in (*reversed(resolved.parents), resolved):
        mode = step.stat().st_mode
        needed = stat.S_IXOTH if stat.S_ISDIR(mode) else stat.S_IXOTH | stat.S_IROTH
        if mode & needed != needed:
            return step
    return None
