"""Files that several processes write at once: each writer succeeds, and what is read is one writer's, whole."""

import stat
from concurrent.futures import ThreadPoolExecutor

import pytest

from services.runtime.auth import secret_key
from services.runtime.whole_files import make_whole, write_whole

WRITERS = 16
ROUNDS = 20
# Long enough that it is written in several pieces.
LETTERS = 200_000


def test_writers_at_once_all_succeed_and_one_of_them_counts(tmp_path):
    """Three processes that start at once each write down their address in the folder that they share."""
    path = tmp_path / "address"
    contents = [bytes([65 + number]) * LETTERS for number in range(WRITERS)]
    with ThreadPoolExecutor(WRITERS) as writers:
        for _ in range(ROUNDS):
            list(writers.map(lambda content: write_whole(path, content), contents))
            assert path.read_bytes() in contents
    assert [one.name for one in tmp_path.iterdir()] == ["address"]


def test_of_makers_at_once_the_first_counts(tmp_path):
    """What was made once stays, and everybody is told who made it."""
    for number in range(ROUNDS):
        path = tmp_path / str(number)
        with ThreadPoolExecutor(WRITERS) as makers:
            made = list(makers.map(lambda maker, path=path: make_whole(path, str(maker).encode()), range(WRITERS)))
        assert path.read_bytes() == str(made.index(True)).encode()
        assert sum(made) == 1
    assert len(list(tmp_path.iterdir())) == ROUNDS


def test_processes_that_start_at_once_share_one_secret(tmp_path):
    """None of them reads the secret of another before it is written, and none has its own."""
    for number in range(ROUNDS):
        path = tmp_path / str(number) / "local-issuer.key"
        with ThreadPoolExecutor(WRITERS) as starting:
            keys = set(starting.map(lambda _, path=path: secret_key(path).raw_value, range(WRITERS)))
        assert len(keys) == 1


def test_a_file_is_its_owners_alone_unless_told_otherwise(tmp_path):
    """Tokens and keys are written with it."""
    write_whole(tmp_path / "token", b"x")
    write_whole(tmp_path / "public", b"x", 0o644)
    modes = {one.name: stat.S_IMODE(one.stat().st_mode) for one in tmp_path.iterdir()}
    assert modes == {"token": 0o600, "public": 0o644}


def test_what_cannot_be_written_leaves_what_was_there(tmp_path):
    """Not the old file, nor its folder, is touched when there is no place for the new one."""
    (tmp_path / "folder").mkdir()
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path / "folder", b"x")
    assert [one.name for one in tmp_path.iterdir()] == ["folder"]
