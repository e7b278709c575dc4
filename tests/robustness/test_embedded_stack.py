"""The embedded PostgreSQL and S3 store keep their data and leave nothing behind, however their process ends.

Real servers, started as this test's user; run by root, both of root's ways (see account.py) and an ordinary user's.
"""

import io
import os
import pwd
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import grpc
import psycopg
import pytest
from minio import Minio

from services.embedded import EmbeddedStack
from services.embedded.account import CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH, choose_account
from services.embedded.ports import GRPC_OFFSET
from standards_tree.errors import PreconditionError, UnavailableError

REPOSITORY = Path(__file__).resolve().parents[2]

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="about what root does; run by an ordinary user")

SESSION = """
import signal
import sys
from pathlib import Path
import psycopg
from services.embedded import EmbeddedStack
from standards_tree.errors import DomainError

# A shell hands interrupts on as ignored to what it runs in the background, such as these tests.
signal.signal(signal.SIGINT, signal.default_int_handler)

def work(stack):
    {work}

try:
    with EmbeddedStack(Path(sys.argv[1])) as stack:
        work(stack)
except DomainError as error:
    sys.exit(f"{{type(error).__name__}}: {{error}}")
"""
WRITE_AND_WAIT = SESSION.format(
    work="""
    with psycopg.connect(stack.libpq_url) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('before')")
    try:
        print("committed", flush=True)
        sys.stdin.read()
    except KeyboardInterrupt:
        with psycopg.connect(stack.libpq_url) as connection:
            connection.execute("INSERT INTO kept VALUES ('while draining')")
"""
)
SAY_READY = SESSION.format(work="print('ready', stack.s3.endpoint)")


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which a stack was started and stopped, to copy from."""
    folder = tmp_path_factory.mktemp("embedded") / "made"
    with EmbeddedStack(folder):
        pass
    return folder


@pytest.fixture
def folder(made_once: Path, tmp_path: Path) -> Path:
    """Return a stopped stack's folder of this test's own."""
    return shutil.copytree(made_once, tmp_path / "data", ignore=shutil.ignore_patterns(".s.PGSQL*"))


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """Return a place for a folder that every user may enter."""
    with tempfile.TemporaryDirectory(prefix="tbt-test-", dir="/tmp") as parent:
        Path(parent).chmod(0o755)
        yield Path(parent) / "data"


@pytest.fixture
def ordinary_user(tmp_path: Path) -> list[str]:
    """Return the words before a command that let an ordinary user, the owner of *tmp_path*, run it."""
    if os.geteuid() != 0:
        return []
    nobody = pwd.getpwnam("nobody")
    os.chown(tmp_path, nobody.pw_uid, nobody.pw_gid)
    account = choose_account(tmp_path, Path(sys.executable).resolve())
    return [*account.launcher(signal.SIGKILL), "--parent", str(os.getpid()), "--"]


SERVERS = ("weed", "postgres")
PLACES = ("object-store", "postgres")


def session(script: str, folder: Path, *, user: list[str] | None = None) -> subprocess.Popen[str]:
    """Start a process that runs *script* on *folder*, in a group of its own as in a terminal."""
    return subprocess.Popen(
        [*(user or []), sys.executable, "-c", script, str(folder)],
        cwd=REPOSITORY,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def first_line(process: subprocess.Popen[str]) -> str:
    """Return the first line that *process* prints."""
    assert process.stdout is not None
    return process.stdout.readline().strip()


def words_kept(folder: Path) -> list[str]:
    """Start a stack on *folder* and return what its table holds."""
    with EmbeddedStack(folder) as stack, psycopg.connect(stack.libpq_url) as connection:
        return [row[0] for row in connection.execute("SELECT word FROM kept ORDER BY word").fetchall()]


def server_processes(folder: Path) -> dict[str, int]:
    """Return the process ids of the supervisor of *folder* and of its children weed and postgres (the postmaster)."""
    running = list(processes())
    (supervisor,) = (
        number for number, _, words in running if f"supervisor.py {folder}" in re.sub(r"py \d+", "py", words)
    )
    servers = [(number, words) for number, parent, words in running if parent == supervisor]
    return {name: number for number, words in servers for name in SERVERS if f"/{name} " in words} | {
        "supervisor": supervisor
    }


def still_running(servers: dict[str, int]) -> list[str]:
    """Return which of *servers* run on after 10 s.

    An ended process lets go of the folder's lock a moment before it is dead, and one whose parent was killed stays
    listed, as a zombie, until the machine's first process collects it.
    """
    deadline = time.monotonic() + 10
    while True:
        running = {number for number, _, _ in processes()}
        left = [name for name, number in servers.items() if number in running]
        if not left or time.monotonic() > deadline:
            return left
        time.sleep(0.01)


def processes() -> Iterator[tuple[int, int, str]]:
    """Yield id, parent's id and command line of every process that is not dead."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            state = (process / "stat").read_text().rpartition(")")[2].split()
            if state[0] in "ZX":
                continue
            words = (process / "cmdline").read_bytes().decode().split("\0")
        except (FileNotFoundError, ProcessLookupError):
            continue
        yield int(process.name), int(state[1]), " ".join(words)


def check_until_it_fails(stack: EmbeddedStack) -> None:
    """Return never; raise what the stack reports."""
    while True:
        stack.check()


def listening_addresses(process: int) -> set[str]:
    """Return the local addresses, as the kernel writes them, of the TCP sockets on which *process* listens."""
    inodes = set()
    try:
        descriptors = list(Path(f"/proc/{process}/fd").iterdir())
    except PermissionError:
        pytest.skip("a container's root may not see another user's open files")
    for descriptor in descriptors:
        match = re.fullmatch(r"socket:\[(\d+)\]", str(descriptor.readlink()))
        inodes |= {match[1]} if match else set()
    tables = [Path(f"/proc/{process}/net/{name}").read_text() for name in ("tcp", "tcp6")]
    rows = [line.split() for table in tables for line in table.splitlines()]
    return {row[1].partition(":")[0] for row in rows if row[3] == "0A" and row[9] in inodes}


def client(stack: EmbeddedStack) -> Minio:
    """Return a client of the stack's S3 store."""
    access = stack.s3
    return Minio(access.endpoint, access.access_key, access.secret_key, secure=access.secure, region=access.region)


def test_a_row_and_an_object_are_there_after_a_restart(tmp_path: Path) -> None:
    """What was stored before a stop is there after the next start."""
    with EmbeddedStack(tmp_path / "data") as stack:
        with psycopg.connect(stack.libpq_url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT '标准' AS word")
        client(stack).make_bucket("kept")
        client(stack).put_object("kept", "word", io.BytesIO(b"standard"), 8)
    with EmbeddedStack(tmp_path / "data") as stack:
        with psycopg.connect(stack.libpq_url) as connection:
            row = connection.execute("SELECT word FROM kept").fetchone()
        stored = client(stack).get_object("kept", "word").read()
    assert (row, stored) == (("标准",), b"standard")


def test_the_database_is_durable_and_the_same_on_every_machine(folder: Path) -> None:
    """Commits are flushed, pages have checksums, text is UTF-8 with the locale that ships with PostgreSQL."""
    names = ("fsync", "synchronous_commit", "full_page_writes", "data_checksums", "server_encoding", "TimeZone")
    with EmbeddedStack(folder) as stack, psycopg.connect(stack.libpq_url) as connection:
        settings = [connection.execute("SELECT current_setting(%s)", [name]).fetchone() for name in names]
        locale = connection.execute(
            "SELECT datlocprovider, datlocale FROM pg_database WHERE datname = current_database()"
        ).fetchone()
    assert settings == [("on",), ("on",), ("on",), ("on",), ("UTF8",), ("UTC",)]
    assert locale == ("b", "C.UTF-8")


def test_a_folder_serves_one_process_at_a_time(folder: Path) -> None:
    """A second user of a folder is told who uses it."""
    with (
        EmbeddedStack(folder),
        pytest.raises(PreconditionError, match=f"{folder} is in use by process {os.getpid()}$"),
        EmbeddedStack(folder),
    ):
        pass


def test_an_acknowledged_row_survives_the_killing_of_its_process(folder: Path) -> None:
    """After kill -9 the servers stop by themselves, and the next start has every committed row."""
    process = session(WRITE_AND_WAIT, folder)
    assert first_line(process) == "committed", process.communicate()
    process.kill()
    process.communicate()
    assert words_kept(folder) == ["before"]


@linux_only
def test_the_servers_end_when_their_supervisor_is_killed_too(folder: Path) -> None:
    """With nobody left to stop them, the kernel does, and the next start works."""
    process = session(WRITE_AND_WAIT, folder)
    assert first_line(process) == "committed", process.communicate()
    servers = server_processes(folder)
    os.kill(servers["supervisor"], signal.SIGKILL)
    process.kill()
    process.communicate()
    assert words_kept(folder) == ["before"]
    assert still_running({name: servers[name] for name in SERVERS}) == []


@linux_only
def test_a_row_survives_the_killing_of_the_database_server(folder: Path) -> None:
    """After kill -9 of the postmaster the owner is told why, and the next start recovers."""
    with EmbeddedStack(folder) as stack:
        with psycopg.connect(stack.libpq_url) as connection:
            connection.execute("CREATE TABLE kept AS SELECT 'before' AS word")
        os.kill(server_processes(folder)["postgres"], signal.SIGKILL)
        with pytest.raises(UnavailableError, match=r"PostgreSQL ended with status -9: .*postgres\.log"):
            check_until_it_fails(stack)
    assert words_kept(folder) == ["before"]


def test_ctrl_c_leaves_the_servers_up_until_the_process_has_drained(folder: Path) -> None:
    """The terminal's interrupt, sent to the whole process group, does not reach PostgreSQL before its owner is done."""
    process = session(WRITE_AND_WAIT, folder)
    assert first_line(process) == "committed", process.communicate()
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate()
    assert (process.returncode, errors) == (0, "")
    assert words_kept(folder) == ["before", "while draining"]


@linux_only
def test_nothing_is_left_after_a_stop(folder: Path) -> None:
    """No process works on the folder any more, and no socket file of its ports stays in /tmp."""
    with EmbeddedStack(folder) as stack:
        servers = server_processes(folder)
        port = int(stack.s3.endpoint.partition(":")[2])
    assert set(servers) == {*SERVERS, "supervisor"}
    assert still_running(servers) == []
    assert list(Path("/tmp").glob(f"seaweedfs-*{port}.sock")) == []  # noqa: S108  # the path is SeaweedFS's


@linux_only
def test_nothing_listens_off_loopback(folder: Path) -> None:
    """PostgreSQL listens on no network at all, the S3 store on 127.0.0.1 alone."""
    with EmbeddedStack(folder):
        servers = server_processes(folder)
        assert listening_addresses(servers["postgres"]) == set()
        assert listening_addresses(servers["weed"]) == {"0100007F"}


@pytest.mark.parametrize("starts", [1, 2])
def test_other_users_of_the_machine_cannot_pass_the_s3_keys_by(folder: Path, starts: int) -> None:
    """The filer behind the S3 gateway refuses strangers by HTTP and by gRPC, at every start."""
    for _ in range(starts - 1):
        with EmbeddedStack(folder):
            pass
    with EmbeddedStack(folder):
        filer = int(re.search(r'"filer": "(\d+)"', (folder / "ports.json").read_text())[1])
        with pytest.raises(urllib.error.HTTPError, match="401"):
            urllib.request.urlopen(f"http://127.0.0.1:{filer}/buckets/", timeout=5)
        with (
            grpc.insecure_channel(f"127.0.0.1:{filer + GRPC_OFFSET}") as channel,
            pytest.raises(grpc.RpcError) as refused,
        ):
            channel.unary_unary("/filer_pb.SeaweedFiler/GetFilerConfiguration")(b"", timeout=5)
    assert refused.value.code() is grpc.StatusCode.UNAVAILABLE


def test_secrets_are_for_the_owner_only(folder: Path) -> None:
    """No file that holds a password or key, and no log, can be read by another user."""
    with EmbeddedStack(folder):
        modes = {file.name: file.stat().st_mode & 0o077 for file in folder.iterdir() if file.is_file()}
        modes |= {place.name: place.stat().st_mode & 0o077 for place in folder.iterdir() if place.is_dir()}
    assert {name for name, mode in modes.items() if mode} == set()


def test_a_taken_port_is_replaced(folder: Path) -> None:
    """Where another program has taken the store's port since, the store moves and serves."""
    with EmbeddedStack(folder) as stack:
        port = int(stack.s3.endpoint.partition(":")[2])
    with socket.create_server(("127.0.0.1", port)), EmbeddedStack(folder) as stack:
        assert stack.s3.endpoint != f"127.0.0.1:{port}"
        assert client(stack).list_buckets() == []


def test_a_process_number_that_now_belongs_to_another_process_does_not_stop_a_start(folder: Path) -> None:
    """PostgreSQL's own lock file of before a reboot, its number in use again, is not believed."""
    (folder / "postgres" / "postmaster.pid").write_text(f"{os.getppid()}\n{folder / 'postgres'}\n1\n5432\n")
    with EmbeddedStack(folder) as stack, psycopg.connect(stack.libpq_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_folder_with_a_long_and_odd_name_works(made_once: Path, tmp_path: Path) -> None:
    """A path too long for a Unix socket, with spaces, quotes and Chinese, is no hindrance."""
    folder = shutil.copytree(
        made_once, tmp_path / ("标准 \"x\", 'y' " + "n" * 90), ignore=shutil.ignore_patterns(".s.*")
    )
    with EmbeddedStack(folder) as stack, psycopg.connect(stack.libpq_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        assert client(stack).list_buckets() == []


def test_a_folder_of_another_postgresql_version_is_refused(folder: Path) -> None:
    """The refusal names both versions and the way out."""
    (folder / "postgres" / "PG_VERSION").write_text("15\n")
    with (
        pytest.raises(PreconditionError, match=r"made by PostgreSQL 15.* brings PostgreSQL 18.*pg_dump"),
        EmbeddedStack(folder),
    ):
        pass


def test_an_unfinished_first_start_is_begun_again(tmp_path: Path) -> None:
    """What a process left that was killed while it made the cluster is thrown away."""
    unfinished = tmp_path / "data" / "postgres.new" / "cluster"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    with EmbeddedStack(tmp_path / "data") as stack, psycopg.connect(stack.libpq_url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_a_file_in_the_folders_place_is_refused(tmp_path: Path) -> None:
    """The refusal names the path and the reason."""
    (tmp_path / "data").write_text("")
    with pytest.raises(PreconditionError, match=f"the data folder {tmp_path}/data cannot be used: File exists"):
        EmbeddedStack(tmp_path / "data").__enter__()


def test_a_folder_that_may_not_be_written_is_refused_in_one_line(tmp_path: Path, ordinary_user: list[str]) -> None:
    """An ordinary user gets one line that names the folder and the reason, and nothing was started."""
    tmp_path.chmod(0o500)
    process = session(SAY_READY, tmp_path / "data", user=ordinary_user)
    _, errors = process.communicate()
    assert errors == f"PreconditionError: the data folder {tmp_path}/data cannot be used: Permission denied\n"


def test_an_ordinary_user_runs_the_stack(tmp_path: Path, ordinary_user: list[str]) -> None:
    """No root, no sudo: the servers run as the user."""
    process = session(SAY_READY, tmp_path / "data", user=ordinary_user)
    output, errors = process.communicate()
    assert (process.returncode, output[:6], errors) == (0, "ready ", "")


@root_only
def test_a_nearly_full_disk_is_refused(tmp_path: Path) -> None:
    """The refusal names the room there is and the room it takes."""
    (tmp_path / "small").mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", tmp_path / "small"], check=False)
    if mounted.returncode != 0:
        pytest.skip("root may not mount here")
    try:
        with pytest.raises(PreconditionError, match=r"is full: 6\d MiB free, 256 MiB needed"):
            EmbeddedStack(tmp_path / "small" / "data").__enter__()
    finally:
        subprocess.run(["umount", tmp_path / "small"], check=True)


@root_only
def test_root_runs_the_servers_as_nobody(open_folder: Path) -> None:
    """Where nobody can reach programs and folder, the servers and their files are nobody's."""
    if not all(place.stat().st_mode & 0o001 for place in (REPOSITORY, *REPOSITORY.parents)):
        pytest.skip("the programs lie in a folder that only root may enter")
    with EmbeddedStack(open_folder):
        owners = {place: (open_folder / place).owner() for place in PLACES}
        running = {Path(f"/proc/{process}").owner() for process in server_processes(open_folder).values()}
    assert owners == dict.fromkeys(PLACES, "nobody")
    assert running == {"nobody", "root"}  # root: the supervisor


@root_only
@linux_only
def test_root_runs_the_servers_with_one_power_where_only_root_may_enter(folder: Path) -> None:
    """In a private folder the servers are nobody's too, and can pass through it, no more."""
    with EmbeddedStack(folder):
        servers = server_processes(folder)
        states = [Path(f"/proc/{servers[name]}/status").read_text() for name in ("weed", "postgres")]
    users = [re.search(r"^Uid:\t(\d+)", state, re.MULTILINE)[1] for state in states]
    powers = [int(re.search(r"^CapEff:\s*(\w+)", state, re.MULTILINE)[1], 16) for state in states]
    assert users == [str(pwd.getpwnam("nobody").pw_uid)] * 2
    assert set(powers) <= {1 << CAP_DAC_READ_SEARCH, 1 << CAP_DAC_OVERRIDE}


@root_only
def test_another_users_folder_is_refused(folder: Path) -> None:
    """Root does not take over a user's data, which the user could then no longer open."""
    nobody = pwd.getpwnam("nobody")
    os.chown(folder / "lock", nobody.pw_uid, nobody.pw_gid)
    with pytest.raises(PreconditionError, match="belongs to nobody: run as that user"):
        EmbeddedStack(folder).__enter__()
