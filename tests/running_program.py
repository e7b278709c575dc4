"""Run `tbt serve` as a user would: in a process of its own, with its own folder."""

import os
import re
import signal
import subprocess
import sys
import sysconfig
import threading
from collections.abc import Mapping
from pathlib import Path

START_SECONDS = 120
STOP_SECONDS = 60
ADDRESS = re.compile(r"serving at\s+(\S+)")
TOKEN = re.compile(r"token\s+(\S+)")
REPORT = re.compile(r"gap report\s+(.+)")


class RunningProgram:
    """A program that was started; its lines so far, its address, its token."""

    def __init__(self, folder: Path, *arguments: str, settings: Mapping[str, str] | None = None) -> None:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("TBT_")}
        environment |= {"TBT_DATA_FOLDER": str(folder), "TBT_PORT": "0", "TBT_LOG_LEVEL": "error"}
        # How fast this machine is decides no test: overload has tests of its own.
        environment |= {"TBT_LEAST_CALLS": "64", **(settings or {})}
        self.lines: list[str] = []
        self._told = threading.Condition()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "services", "serve", *arguments],
            env=environment,
            cwd=Path(__file__).resolve().parent.parent,
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stderr or ():
            with self._told:
                self.lines.append(line.rstrip("\n"))
                self._told.notify_all()
        with self._told:
            self._told.notify_all()

    @property
    def text(self) -> str:
        """Return everything it said so far."""
        return "\n".join(self.lines)

    def wait_until_serving(self) -> "RunningProgram":
        """Return when it serves; fail with what it said when it does not."""
        with self._told:
            served = self._told.wait_for(
                lambda: "stop with Ctrl-C" in self.text or self.process.poll() is not None, START_SECONDS
            )
        assert served, f"not serving after {START_SECONDS} s:\n{self.text}"
        assert self.process.poll() is None, f"ended with {self.process.returncode}:\n{self.text}"
        return self

    @property
    def address(self) -> str:
        """Return where it serves."""
        return self._found(ADDRESS)[0]

    @property
    def token(self) -> str:
        """Return the administrator's token it printed."""
        return self._found(TOKEN)[0]

    @property
    def reports(self) -> list[Path]:
        """Return the reports it printed the paths of."""
        return [Path(path.strip()) for path in self._found(REPORT)]

    def _found(self, pattern: re.Pattern[str]) -> list[str]:
        found = pattern.findall(self.text)
        assert found, f"{pattern.pattern} is not in what it said:\n{self.text}"
        return found

    def interrupt(self) -> int:
        """Press Ctrl-C and return the exit status."""
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(STOP_SECONDS)

    def kill(self) -> None:
        """Kill it without a chance to say goodbye."""
        self.process.kill()
        self.process.wait(STOP_SECONDS)


def tbt(program: RunningProgram, *arguments: str, token: str = "") -> subprocess.CompletedProcess[str]:
    """Run one command of the command line against *program*, as its administrator or as who *token* proves."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("TBT_")}
    environment |= {"TBT_ADDRESS": program.address, "TBT_TOKEN": token or program.token, "COLUMNS": "200"}
    return subprocess.run(
        [sys.executable, "-m", "services", *arguments],
        env=environment,
        cwd=Path(__file__).resolve().parent.parent,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )


def buf() -> str:
    """Return the path of the buf program that its wheel installed."""
    return str(Path(sysconfig.get_path("scripts")) / "buf")
