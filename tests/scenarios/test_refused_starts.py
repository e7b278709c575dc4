"""A program that cannot start says why in one line, ends with a status other than 0 and leaves nothing half started."""

import os
import socket
from pathlib import Path

import pytest

from running_program import RunningProgram
from services.embedded import EmbeddedStack

END_SECONDS = 90


def ended(program: RunningProgram) -> tuple[int, list[str]]:
    """Return the exit status and the lines a program that should not start ends with."""
    status = program.process.wait(END_SECONDS)
    program._reader.join(END_SECONDS)
    return status, [line for line in program.lines if line.startswith("tbt: ")]


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    """The port that another program holds is in the message."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        status, complaints = ended(RunningProgram(tmp_path, settings={"TBT_PORT": port}))
    assert status != os.EX_OK
    assert len(complaints) == 1
    assert port in complaints[0]


def test_a_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    """A data folder that is a file is refused by its name."""
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    status, complaints = ended(RunningProgram(blocked))
    assert status != os.EX_OK
    assert len(complaints) == 1
    assert str(blocked) in complaints[0]


def test_a_wrong_database_url_is_explained(tmp_path: Path) -> None:
    """A database nobody answers for is an unreachable database, not a traceback."""
    settings = {
        "TBT_DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none",
        "TBT_S3_ENDPOINT": "127.0.0.1:9",
        "TBT_S3_ACCESS_KEY": "key",
        "TBT_S3_SECRET_KEY": "secret",
        "TBT_S3_SECURE": "false",
    }
    status, complaints = ended(RunningProgram(tmp_path, settings=settings))
    assert status != os.EX_OK
    assert len(complaints) == 1
    assert "database" in complaints[0]


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("TBT_PORT", "none", "TBT_PORT"),
        ("TBT_HOST", "0.0.0.0", "TBT_TLS_CERTIFICATE_FILE"),  # noqa: S104  (that it is refused is the point)
        ("TBT_MODE", "production", "TBT_TOKEN_ISSUER"),
        ("TBT_SERVICE_KEY_FOLDER", "/proc/keys", "/proc/keys"),
        ("TBT_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none", "TBT_S3_ENDPOINT"),
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str, named: str) -> None:
    """The message names the setting to change."""
    status, complaints = ended(RunningProgram(tmp_path, settings={name: value}))
    assert status != os.EX_OK
    assert len(complaints) == 1
    assert named in complaints[0]


def test_an_external_database_and_store_are_used_instead_of_embedded_ones(stack: EmbeddedStack, tmp_path: Path) -> None:
    """With TBT_DATABASE_URL and TBT_S3_* nothing embedded is started."""
    settings = {
        "TBT_DATABASE_URL": stack.libpq_url,
        "TBT_S3_ENDPOINT": stack.s3.endpoint,
        "TBT_S3_ACCESS_KEY": stack.s3.access_key,
        "TBT_S3_SECRET_KEY": stack.s3.secret_key,
        "TBT_S3_SECURE": "false",
        "TBT_S3_BUCKET": "tbt-external",
    }
    running = RunningProgram(tmp_path, settings=settings).wait_until_serving()
    assert running.interrupt() == os.EX_OK
    assert not (tmp_path / "postgres").exists()
