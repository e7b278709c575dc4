"""Whatever file a stranger uploads, reading it opens nothing, tells nothing, fills nothing and ends with a reason.

The documents service runs in a process of its own here, so that its memory is its own.
"""

import io
import os
import re
import resource
import socket
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest

from bearer_token import BearerToken
from hostile import hostile_xml
from hostile_drafts import hostile_pages, hostile_texts, hostile_word_files, odd_word_files
from hostile_workbooks import eping_workbook_of, hostile_workbooks, workbook_of
from services.composition import Composition
from services.embedded import EmbeddedStack
from services.runtime.settings import Settings
from soaking import in_full
from tbt.documents.v1 import annotation_pb2
from tbt.documents.v1 import documents_service_pb2 as pb
from tbt.documents.v1 import documents_service_pb2_grpc as pb_grpc
from uploads import upload
from word_drafts import paragraph, word_document

Stub = pb_grpc.DocumentsServiceStub
Reader = Callable[[Stub, bytes], object]
MIB = 1024 * 1024
ALLOWED_GROWTH_BYTES = 64 * MIB
MAX_ROUNDS = 6
REPOSITORY = Path(__file__).resolve().parents[2]
SERVER = """
import ctypes
import gc
import sys
from services.composition import Composition
from services.program import backing
from services.runtime.logs import configure_logs
from services.runtime.settings import Settings

settings = Settings(log_level="error")
configure_logs(settings)
with backing(settings) as where:
    program = Composition(settings, where.database_url, where.s3).program(("documents",), with_worker=False)
    program.start()
    print(program.port, flush=True)
    for _line in sys.stdin:
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)
        print("trimmed", flush=True)
    program.stop()
"""
PLAIN = (
    '<?xml version="1.0"?>{prolog}<standard xml:lang="zh"{attributes}><front><std-meta>'
    "<std-ref>GB/T 99999-2024</std-ref></std-meta></front>"
    "<body><sec><label>1</label><title>范围</title><p>{text}</p></sec></body></standard>"
)
HOSTILE = {"xml": hostile_xml(), "workbook": hostile_workbooks(), "word": hostile_word_files()}
# Strange, but no harm in what they say: read or refused.
ODD = {"odd word": odd_word_files(), "page": hostile_pages(), "text": hostile_texts()}
FILES = HOSTILE | ODD
EVERY_HOSTILE_FILE = [(files, name) for files in HOSTILE for name in HOSTILE[files]]
EVERY_FILE = [(files, name) for files in FILES for name in FILES[files]]
LONGEST_SECONDS = 5.0
"""Of a file in `make soak`, which prints the longest: below 1 s on an idle machine."""


linux_only = pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")


class LoneService:
    """The documents service in a process of its own."""

    def __init__(self, process: subprocess.Popen[str], token: str) -> None:
        assert process.stdout is not None
        self._process = process
        address = f"127.0.0.1:{int(process.stdout.readline())}"
        self.stub = Stub(grpc.intercept_channel(grpc.insecure_channel(address), BearerToken(token)))

    def trimmed_bytes(self) -> int:
        """Return how much memory the process needs now, and forget the peak it has reached (proc_pid_clear_refs(5)).

        The allocator gives back what is free first: it keeps some, and a file that fills that would seem to take nothing.
        """
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        assert self._process.stdout.readline() == "trimmed\n"
        Path(f"/proc/{self._process.pid}/clear_refs").write_text("5", encoding="ascii")
        return self._status("VmRSS")

    def peak_bytes(self) -> int:
        """Return the most memory the process has had since `trimmed_bytes`."""
        return self._status("VmHWM")

    @contextmanager
    def no_room_for_files_above(self, size_bytes: int) -> Iterator[None]:
        """Let every write of the process beyond *size_bytes* of a file fail."""
        soft, hard = resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (size_bytes, hard))
        try:
            yield
        finally:
            resource.prlimit(self._process.pid, resource.RLIMIT_FSIZE, (soft, hard))

    def _status(self, field: str) -> int:
        status = Path(f"/proc/{self._process.pid}/status").read_text(encoding="ascii")
        return int(re.search(rf"^{field}:\s+(\d+) kB$", status, re.MULTILINE)[1]) * 1024


@pytest.fixture(scope="module")
def service(stack: EmbeddedStack, settings: Settings, composition: Composition) -> Iterator[LoneService]:
    """Run the documents service alone, on the session's database and object store."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(path for path in sys.path if path),
        "TBT_DATA_FOLDER": str(settings.data_folder),
        "TBT_PORT": "0",
        "TBT_DATABASE_URL": stack.libpq_url,
        "TBT_S3_ENDPOINT": stack.s3.endpoint,
        "TBT_S3_ACCESS_KEY": stack.s3.access_key,
        "TBT_S3_SECRET_KEY": stack.s3.secret_key,
        "TBT_S3_SECURE": str(stack.s3.secure),
        "TBT_S3_REGION": stack.s3.region,
    }
    token = composition.local_issuer.issue("administrator", ["administrator"], 3600)
    command = [sys.executable, "-c", SERVER]
    with subprocess.Popen(
        command, cwd=REPOSITORY, env=environment, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        try:
            yield LoneService(process, token)
        finally:
            process.stdin.close()


@pytest.fixture(scope="module")
def warm(service: LoneService) -> LoneService:
    """Return the service after it has read harmless documents, so that everything it needs is loaded."""
    assert read_standard(service.stub, PLAIN.format(prolog="", attributes="", text="").encode()).designation
    assert read_notifications(service.stub, eping_workbook_of())
    return service


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """Return a socket that nobody may connect to."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.setblocking(False)
        yield listening


def read_standard(stub: Stub, content: bytes) -> pb.ReadStandardResponse:
    """Upload *content* and read it as a standard."""
    return stub.ReadStandard(pb.ReadStandardRequest(name=upload(stub, content).name), timeout=30)


def read_notifications(stub: Stub, content: bytes) -> list[pb.ReadNotificationsResponse]:
    """Upload *content* and read it as a workbook of notifications."""
    name = upload(stub, content, "示例.xlsx").name
    return list(stub.ReadNotifications(pb.ReadNotificationsRequest(name=name), timeout=30))


def refusal_of(read: Reader, stub: Stub, content: bytes) -> grpc.RpcError:
    """Return how uploading and reading *content* was refused."""
    with pytest.raises(grpc.RpcError) as refusal:
        read(stub, content)
    return refusal.value


READERS: dict[str, Reader] = dict.fromkeys(FILES, read_standard) | {"workbook": read_notifications}


@pytest.mark.parametrize(("files", "name"), EVERY_HOSTILE_FILE)
def test_a_hostile_file_is_refused_with_its_reason(warm: LoneService, files: str, name: str) -> None:
    """No hostile file is read, none makes the service fail, and each refusal says why."""
    content = HOSTILE[files][name]
    refusal = refusal_of(READERS[files], warm.stub, content)
    too_large = len(content) > 64 * MIB
    expected = grpc.StatusCode.RESOURCE_EXHAUSTED if too_large else grpc.StatusCode.INVALID_ARGUMENT
    assert refusal.code() is expected, refusal.details()
    assert len(refusal.details()) > 20


@linux_only
@pytest.mark.parametrize(("files", "name"), EVERY_FILE)
def test_no_hostile_file_fills_the_memory(warm: LoneService, files: str, name: str) -> None:
    """Uploading and reading a hostile file takes the service less than 64 MiB, even for a moment."""
    before = warm.trimmed_bytes()
    outcome_of(READERS[files], warm.stub, FILES[files][name])
    assert warm.peak_bytes() - before < ALLOWED_GROWTH_BYTES


@linux_only
def test_the_memory_that_hostile_files_took_is_given_back(warm: LoneService) -> None:
    """However often the hostile files are read, there comes a round after which the service needs no more memory.

    One round proves nothing: an allocator that has split its pages may grow once more. What leaks grows in every round.
    """
    after = warm.trimmed_bytes()
    for _round in range(MAX_ROUNDS):
        before = after
        for files, name in EVERY_FILE if in_full() else EVERY_HOSTILE_FILE:
            outcome_of(READERS[files], warm.stub, FILES[files][name])
        after = warm.trimmed_bytes()
        if after - before < 2 * MIB:
            return
    pytest.fail(f"every one of {MAX_ROUNDS} rounds took more memory; the last one {(after - before) / MIB:.1f} MiB")


def test_more_than_sixty_files_were_tried(warm: LoneService) -> None:
    """The number is printed; in `make soak` also how long the slowest took from its first byte to the answer."""
    seconds = {}
    for files, name in EVERY_FILE if in_full() else []:
        began = time.monotonic()
        outcome_of(READERS[files], warm.stub, FILES[files][name])
        seconds[files, name] = time.monotonic() - began
    print(f"\n{len(EVERY_HOSTILE_FILE)} hostile files, {len(EVERY_FILE) - len(EVERY_HOSTILE_FILE)} odd ones")  # noqa: T201
    if seconds:
        slowest = sorted(seconds, key=seconds.__getitem__)[-3:]
        print({files: f"{seconds[files]:.2f} s" for files in slowest})  # noqa: T201
    assert len(EVERY_HOSTILE_FILE) >= 60
    assert max(seconds.values(), default=0) < LONGEST_SECONDS


NETWORK = {
    "external entity": PLAIN.format(
        prolog='<!DOCTYPE standard [<!ENTITY x SYSTEM "{url}">]>', attributes="", text="&x;"
    ),
    "parameter entity": PLAIN.format(
        prolog='<!DOCTYPE standard [<!ENTITY % x SYSTEM "{url}"> %x;]>', attributes="", text=""
    ),
    "external DTD": PLAIN.format(prolog='<!DOCTYPE standard SYSTEM "{url}">', attributes="", text=""),
    "public DTD": PLAIN.format(prolog='<!DOCTYPE standard PUBLIC "-//A//B" "{url}">', attributes="", text=""),
    "stylesheet": PLAIN.format(prolog='<?xml-stylesheet type="text/xsl" href="{url}"?>', attributes="", text=""),
    "schema": PLAIN.format(
        prolog="",
        attributes=' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="{url}"',
        text="",
    ),
    "inclusion": PLAIN.format(
        prolog="", attributes=' xmlns:xi="http://www.w3.org/2001/XInclude"', text='<xi:include href="{url}"/>'
    ),
    "included text": PLAIN.format(
        prolog="",
        attributes=' xmlns:xi="http://www.w3.org/2001/XInclude"',
        text='<xi:include parse="text" href="{url}"/>',
    ),
}

PAGES = {
    "picture": '<img src="{url}"><iframe src="{url}"></iframe><object data="{url}"></object>',
    "style sheet": '<link rel="stylesheet" href="{url}"><style>@import url("{url}");</style>',
    "script": '<script src="{url}"></script><script>fetch("{url}")</script>',
    "base": '<base href="{url}"><meta http-equiv="refresh" content="0;url={url}"><a href="{url}" ping="{url}">1</a>',
}
RELATION = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{url}" '
    'TargetMode="External"/></Relationships>'
)
RELATIONS = ("attachedTemplate", "image", "oleObject", "aFChunk", "styles", "footnotes", "frame", "hyperlink")


def way_of(name: str, url: str) -> bytes:
    """Return the document that names *url* by the way *name*."""
    if name in NETWORK:
        return NETWORK[name].replace("{url}", url).encode()
    if name in PAGES:
        return f"<!DOCTYPE html><html><body><h1>1 范围</h1>{PAGES[name].replace('{url}', url)}</body></html>".encode()
    relation = RELATION.format(kind=name, url=url)
    inside = f'<w:r><w:instrText>INCLUDETEXT "{url}"</w:instrText></w:r><w:altChunk r:id="r1"/>'
    parts = {"word/_rels/document.xml.rels": relation, "word/_rels/settings.xml.rels": relation}
    return word_document(paragraph("范围", "heading 1", inside=inside), parts=parts)


EVERY_WAY = [*NETWORK, *PAGES, *RELATIONS]


def outcome_of(read: Reader, stub: Stub, content: bytes) -> str:
    """Return all that a reader of *content* is told, whether it is read or refused."""
    try:
        return str(read(stub, content))
    except grpc.RpcError as refusal:
        if refusal.code() not in (grpc.StatusCode.INVALID_ARGUMENT, grpc.StatusCode.RESOURCE_EXHAUSTED):
            raise
        return refusal.details()


@pytest.mark.parametrize("way", EVERY_WAY)
def test_no_document_makes_the_service_open_a_connection(warm: LoneService, listener: socket.socket, way: str) -> None:
    """An address in a document is never called, whatever part of the document it stands in."""
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
    outcome_of(read_standard, warm.stub, way_of(way, url))
    with pytest.raises(BlockingIOError):
        listener.accept()


@pytest.mark.parametrize("way", EVERY_WAY)
def test_no_document_makes_the_service_open_a_file(warm: LoneService, tmp_path: Path, way: str) -> None:
    """A path in a document is never opened: who opens this one to read waits for ever, and the call would not end."""
    trap = tmp_path / "trap"
    os.mkfifo(trap)
    outcome_of(read_standard, warm.stub, way_of(way, trap.as_uri()))
    with pytest.raises(OSError, match="No such device or address"):
        os.open(trap, os.O_WRONLY | os.O_NONBLOCK)  # succeeds when somebody has it open to read


@pytest.mark.parametrize("way", EVERY_WAY)
def test_no_document_makes_the_service_tell_what_is_in_a_file(warm: LoneService, tmp_path: Path, way: str) -> None:
    """What a file of the server holds is in no answer."""
    secret = tmp_path / "secret"
    secret.write_text("GB/T 11111-2011 秘密", encoding="utf-8")
    told = outcome_of(read_standard, warm.stub, way_of(way, secret.as_uri()))
    assert "11111" not in told
    assert "秘密" not in told


WORKBOOK_PARTS = ("[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/sharedStrings.xml")


@pytest.mark.parametrize("part", WORKBOOK_PARTS)
def test_no_workbook_makes_the_service_open_a_connection(warm: LoneService, listener: socket.socket, part: str) -> None:
    """An address in any part of a workbook is never called."""
    url = f"http://127.0.0.1:{listener.getsockname()[1]}/x"
    hostile = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{url}">]><a>&x;</a>'
    outcome_of(read_notifications, warm.stub, workbook_of("", parts={part: hostile}))
    with pytest.raises(BlockingIOError):
        listener.accept()


@linux_only
def test_an_upload_for_which_the_disk_has_no_room_is_refused_as_such(warm: LoneService) -> None:
    """A full disk is said to be one, and the service goes on when there is room again."""
    content = bytes(4 * MIB)
    with warm.no_room_for_files_above(MIB):
        refusal = refusal_of(upload, warm.stub, content)
    assert refusal.code() is grpc.StatusCode.UNAVAILABLE
    assert "no room" in refusal.details()
    assert upload(warm.stub, content).size_bytes == len(content)


@linux_only
def test_a_document_that_the_disk_has_no_room_to_annotate_is_refused_as_such(warm: LoneService) -> None:
    """What is written on the way to a client needs room too; the document itself is untouched."""
    whole = io.BytesIO(word_document(paragraph("示例")))
    with zipfile.ZipFile(whole, "a", zipfile.ZIP_STORED) as archive:
        archive.writestr("word/media/image1.png", bytes(4 * MIB))
    note = annotation_pb2.Annotation(paragraph=1, text="示例")
    name = upload(warm.stub, whole.getvalue()).name
    request = annotation_pb2.AnnotateDocumentRequest(name=name, author="示例", annotations=[note])
    with warm.no_room_for_files_above(MIB), pytest.raises(grpc.RpcError) as refusal:
        list(warm.stub.AnnotateDocument(request, timeout=30))
    assert (refusal.value.code(), "no room" in refusal.value.details()) == (grpc.StatusCode.UNAVAILABLE, True)
    assert sum(len(piece.chunk) for piece in warm.stub.AnnotateDocument(request, timeout=30)) > 4 * MIB
