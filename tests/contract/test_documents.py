"""The contract of the documents service: what is uploaded comes back as it was, once, and is read for others."""

import hashlib
import io
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import grpc
import pytest

from services.composition import Composition
from services.runtime.blobs import BlobStore
from tbt.documents.v1 import documents_service_pb2 as pb
from tbt.documents.v1 import documents_service_pb2_grpc as pb_grpc
from tbt.type.v1 import type_pb2
from uploads import CHUNK_BYTES, chunks, download, header, upload

Stub = pb_grpc.DocumentsServiceStub
Unique = Callable[[str], str]
AsRole = Callable[..., grpc.Channel]
LIMIT_BYTES = 64 * 1024 * 1024
UNKNOWN = "documents/00000000000000000000000000000000"


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture
def blobs(composition: Composition) -> BlobStore:
    """Return the part of the object store where documents are."""
    return composition.blobs.of("documents")


def sha256_of(content: bytes) -> str:
    """Return the hash under which *content* is stored."""
    return hashlib.sha256(content).hexdigest()


def test_every_sample_comes_back_byte_for_byte(grpc_stub: Stub, shared_data: Path) -> None:
    """A document is kept byte for byte, whatever it is."""
    sent = {path.name: path.read_bytes() for path in sorted((shared_data / "documents" / "sts").iterdir())}
    received = {name: download(grpc_stub, upload(grpc_stub, content, name).name) for name, content in sent.items()}
    assert received == sent


def test_an_upload_says_what_was_found_of_the_bytes(as_role: AsRole, unique: Unique) -> None:
    """Size, hash, sender and time are the service's own findings; names may be Chinese."""
    content = unique("示例").encode()
    stub = Stub(as_role("committee_secretary", subject="秘书"))
    document = upload(stub, content, "GB∕T 99999—2024 示例.xml", media_type="text/html")
    assert document.size_bytes == len(content)
    assert document.sha256 == sha256_of(content)
    assert document.uploaded_by == "秘书"
    assert (document.file_name, document.media_type) == ("GB∕T 99999—2024 示例.xml", "text/html")
    assert document.uploaded_at.seconds > 0
    assert stub.GetDocument(pb.GetDocumentRequest(name=document.name)) == document


def test_a_reader_may_not_upload(as_role: AsRole, unique: Unique) -> None:
    """Who may only read cannot fill the store."""
    with pytest.raises(grpc.RpcError) as refusal:
        upload(Stub(as_role("reader")), unique("x").encode())
    assert refusal.value.code() is grpc.StatusCode.PERMISSION_DENIED


def test_an_upload_repeated_fifty_times_takes_effect_once(grpc_stub: Stub, unique: Unique) -> None:
    """The same request_id with the same bytes names the same document, also when all arrive at once."""
    content, file_name, request_id = unique("示例").encode(), unique("repeated-"), str(uuid4())
    with ThreadPoolExecutor(10) as pool:
        uploads = [pool.submit(upload, grpc_stub, content, file_name, request_id=request_id) for _ in range(50)]
        names = {future.result().name for future in uploads}
    page = grpc_stub.ListDocuments(pb.ListDocumentsRequest(page_size=50))
    assert [found.name for found in page.documents if found.file_name == file_name] == list(names)


def test_a_request_id_used_for_other_bytes_is_refused(grpc_stub: Stub, unique: Unique) -> None:
    """A request_id stands for one upload; the refusal says that a new one is needed."""
    request_id = str(uuid4())
    upload(grpc_stub, unique("first").encode(), request_id=request_id)
    with pytest.raises(grpc.RpcError) as refusal:
        upload(grpc_stub, unique("second").encode(), request_id=request_id)
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert request_id in refusal.value.details()


def test_the_same_bytes_uploaded_by_many_at_once_are_stored_once(
    grpc_stub: Stub, blobs: BlobStore, unique: Unique
) -> None:
    """Documents with the same bytes are documents of their own over one stored blob."""
    content = unique("示例").encode()
    with ThreadPoolExecutor(8) as pool:
        names = {document.name for document in pool.map(lambda _: upload(grpc_stub, content), range(16))}
    assert len(names) == 16
    assert [blob.sha256 for blob in blobs.stored()].count(sha256_of(content)) == 1


def test_bytes_that_the_store_lost_are_stored_again(grpc_stub: Stub, blobs: BlobStore, unique: Unique) -> None:
    """An upload is acknowledged only when its bytes are there, although a document with the same bytes exists."""
    content = unique("示例").encode()
    upload(grpc_stub, content)
    blobs.remove(sha256_of(content))
    assert download(grpc_stub, upload(grpc_stub, content).name) == content


def test_a_document_of_exactly_the_limit_is_kept(grpc_stub: Stub, unique: Unique) -> None:
    """64 MiB are allowed, and travel in chunks of 256 KiB at the most."""
    content = unique("x").encode().ljust(LIMIT_BYTES, b"-")
    document = upload(grpc_stub, content, "large.bin", sha256=sha256_of(content), size_bytes=LIMIT_BYTES)
    pieces = [piece.chunk for piece in grpc_stub.DownloadDocument(pb.DownloadDocumentRequest(name=document.name))]
    assert max(map(len, pieces)) <= CHUNK_BYTES
    assert b"".join(pieces) == content


def test_one_byte_above_the_limit_is_refused(grpc_stub: Stub) -> None:
    """A larger document is refused, and the refusal names the limit."""
    with pytest.raises(grpc.RpcError) as refusal:
        upload(grpc_stub, bytes(LIMIT_BYTES + 1))
    assert refusal.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED
    assert str(LIMIT_BYTES) in refusal.value.details()


def test_an_announced_size_above_the_limit_is_refused_before_any_byte(grpc_stub: Stub) -> None:
    """Who says in the header that the document is too large is told so before sending it."""
    answered = threading.Event()

    def messages() -> Iterator[pb.UploadDocumentRequest]:
        yield header("large.bin", size_bytes=LIMIT_BYTES + 1)
        answered.wait()

    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.UploadDocument(messages(), timeout=30)
    answered.set()
    assert refusal.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


REFUSED_UPLOADS = {
    "nothing": ([], "header"),
    "no bytes": ([header("a.xml")], "no bytes"),
    "bytes first": ([pb.UploadDocumentRequest(chunk=b"x"), header("a.xml")], "must hold the header"),
    "neither": ([pb.UploadDocumentRequest()], "must hold the header"),
    "two headers": ([header("a.xml"), header("a.xml")], "must hold a chunk"),
    "header last": ([header("a.xml"), pb.UploadDocumentRequest(chunk=b"x"), header("a.xml")], "must hold a chunk"),
    "other hash": ([header("a.xml", sha256="0" * 64), *chunks(b"x")], sha256_of(b"x")),
    "hash of another length": ([header("a.xml", sha256="00"), *chunks(b"x")], "sha256"),
    "fewer bytes": ([header("a.xml", size_bytes=2), *chunks(b"x")], "announces 2 bytes, and 1"),
    "more bytes": ([header("a.xml", size_bytes=1), *chunks(b"xx")], "announces 1 bytes, and 2"),
    "negative size": ([header("a.xml", size_bytes=-1), *chunks(b"x")], "announces -1 bytes"),
    "chunk too large": ([header("a.xml"), pb.UploadDocumentRequest(chunk=bytes(CHUNK_BYTES + 1))], "chunk"),
    "empty chunk": ([header("a.xml"), pb.UploadDocumentRequest(chunk=b"")], "chunk"),
    "no file name": ([header(""), *chunks(b"x")], "file_name"),
    "a folder": ([header("../a.xml"), *chunks(b"x")], "file_name"),
    "a control character": ([header("a\x00.xml"), *chunks(b"x")], "file_name"),
    "not a media type": ([header("a.xml", media_type="<script>"), *chunks(b"x")], "media_type"),
    "not a UUID": ([header("a.xml", request_id="1"), *chunks(b"x")], "request_id"),
}


@pytest.mark.parametrize("case", REFUSED_UPLOADS)
def test_a_wrong_upload_is_refused_and_leaves_nothing(grpc_stub: Stub, case: str) -> None:
    """An upload that does not keep the contract is refused with its reason, and there is no document."""
    messages, reason = REFUSED_UPLOADS[case]
    before = grpc_stub.ListDocuments(pb.ListDocumentsRequest(page_size=1))
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.UploadDocument(iter(messages), timeout=30)
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert reason in refusal.value.details()
    assert grpc_stub.ListDocuments(pb.ListDocumentsRequest(page_size=1)).documents == before.documents


@pytest.mark.parametrize("name", [UNKNOWN, "documents/", "documents", "standards/gbt~1.1-2020", UNKNOWN[10:], "'; --"])
@pytest.mark.parametrize("method", ["GetDocument", "CreateDownloadUrl", "ReadStandard"])
def test_an_unknown_document_is_not_found(grpc_stub: Stub, method: str, name: str) -> None:
    """Whatever is asked of a document that does not exist, the answer names it."""
    request = getattr(pb, f"{method}Request")(name=name)
    with pytest.raises(grpc.RpcError) as refusal:
        getattr(grpc_stub, method)(request)
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND
    assert name in refusal.value.details()


@pytest.mark.parametrize("method", ["DownloadDocument", "ReadNotifications"])
def test_nothing_is_streamed_of_an_unknown_document(grpc_stub: Stub, method: str) -> None:
    """A stream about a document that does not exist ends at once, and names it."""
    request = getattr(pb, f"{method}Request")(name=UNKNOWN)
    with pytest.raises(grpc.RpcError) as refusal:
        next(getattr(grpc_stub, method)(request))
    assert refusal.value.code() is grpc.StatusCode.NOT_FOUND
    assert UNKNOWN in refusal.value.details()


def test_documents_are_listed_newest_first_page_by_page(grpc_stub: Stub, unique: Unique) -> None:
    """Each document is on one page, and what comes in meanwhile shifts nothing."""
    prefix = unique("listed-")
    names = [upload(grpc_stub, b"x", f"{prefix}-{number}").name for number in range(5)]
    listed: list[pb.Document] = []
    token = ""
    while len([document for document in listed if document.file_name.startswith(prefix)]) < 5:
        page = grpc_stub.ListDocuments(pb.ListDocumentsRequest(page_size=2, page_token=token))
        upload(grpc_stub, b"x", "meanwhile")
        listed.extend(page.documents)
        token = page.next_page_token
    assert [document.name for document in listed if document.file_name.startswith(prefix)] == names[::-1]


def test_a_page_token_of_somebody_else_is_refused(grpc_stub: Stub) -> None:
    """Only a token that this list gave continues it."""
    request = pb.ListDocumentsRequest(page_token="WyIyMDI2Il0=")  # noqa: S106  (not a password)
    with pytest.raises(grpc.RpcError) as refusal:
        grpc_stub.ListDocuments(request)
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT


@pytest.mark.parametrize("found", [b"damaged", None])
def test_bytes_that_were_damaged_or_lost_are_never_passed_off_as_the_document(
    grpc_stub: Stub, blobs: BlobStore, unique: Unique, found: bytes | None
) -> None:
    """A download whose bytes do not have the hash of the document ends with DATA_LOSS."""
    content = unique("示例").encode()
    document = upload(grpc_stub, content)
    if found is None:
        blobs.remove(document.sha256)
    else:
        blobs.put(io.BytesIO(found), document.sha256, len(found), "")
    with pytest.raises(grpc.RpcError) as refusal:
        download(grpc_stub, document.name)
    assert refusal.value.code() is grpc.StatusCode.DATA_LOSS


def test_a_download_url_gives_the_bytes_as_a_file_to_save(grpc_stub: Stub, unique: Unique) -> None:
    """Whoever has the address gets the bytes without a token; a browser saves them and runs nothing."""
    content = unique("<script>").encode()
    document = upload(grpc_stub, content, 'GB "示例" ;é.html', media_type="text/html")
    answer = grpc_stub.CreateDownloadUrl(pb.CreateDownloadUrlRequest(name=document.name, lifetime_seconds=60))
    with urllib.request.urlopen(answer.url, timeout=30) as response:  # noqa: S310  (the address is ours)
        received, headers = response.read(), response.headers
    assert received == content
    assert headers["Content-Type"] == "application/octet-stream"
    expected = "attachment; filename*=UTF-8''GB%20%22%E7%A4%BA%E4%BE%8B%22%20%3B%C3%A9.html"
    assert headers["Content-Disposition"] == expected


@pytest.mark.parametrize(
    ("part", "other"),
    [("X-Amz-Signature=", "X-Amz-Signature=0"), ("X-Amz-Expires=60", "X-Amz-Expires=6000"), ("/sha256/", "/sha256/0")],
)
def test_a_download_url_that_was_changed_gives_nothing(grpc_stub: Stub, unique: Unique, part: str, other: str) -> None:
    """The signature covers the address: nobody can make it last longer or point elsewhere."""
    document = upload(grpc_stub, unique("secret").encode())
    url = grpc_stub.CreateDownloadUrl(pb.CreateDownloadUrlRequest(name=document.name, lifetime_seconds=60)).url
    assert part in url
    with pytest.raises(urllib.error.HTTPError) as refusal:
        urllib.request.urlopen(url.replace(part, other), timeout=30)  # noqa: S310  (the address is ours)
    assert refusal.value.code == 403


def test_a_download_url_lives_five_minutes_unless_told(grpc_stub: Stub, unique: Unique) -> None:
    """The address is good for 300 seconds, and says until when."""
    document = upload(grpc_stub, unique("x").encode())
    answer = grpc_stub.CreateDownloadUrl(pb.CreateDownloadUrlRequest(name=document.name))
    assert "X-Amz-Expires=300" in answer.url
    assert 0 <= answer.expires_at.seconds - document.uploaded_at.seconds - 300 <= 60


def test_each_upload_is_a_change_that_can_be_followed(as_role: AsRole, unique: Unique) -> None:
    """Who follows the change log learns of every document, who uploaded it, and of nothing that was refused."""
    stub = Stub(as_role("administrator", subject=unique("li-")))
    first = upload(stub, b"x")
    stream = stub.WatchChanges(type_pb2.WatchChangesRequest(), timeout=60)
    seen: list[type_pb2.Change] = []
    while first.name not in [change.resource for change in seen]:
        seen.extend(next(stream).changes)
    with pytest.raises(grpc.RpcError):
        upload(stub, b"x", sha256="0" * 64)
    second = upload(stub, b"x")
    after = next(answer.changes for answer in stream if answer.changes)
    stream.cancel()
    assert [(change.resource, change.action, change.principal) for change in after] == [
        (second.name, "created", second.uploaded_by)
    ]
    assert after[0].revision > seen[-1].revision


def swept(stub: Stub, **fields: object) -> pb.SweepOrphansResponse:
    """Sweep what is at least a second old."""
    return stub.SweepOrphans(pb.SweepOrphansRequest(minimum_age_seconds=1, **fields))


def wait_until_old_enough(blobs: BlobStore, content: bytes) -> None:
    """Return when *content* has been stored for a second, by the clocks that a sweep goes by."""
    (stored_at,) = [blob.stored_at for blob in blobs.stored() if blob.sha256 == sha256_of(content)]
    while datetime.now(UTC) < stored_at + timedelta(seconds=1):
        pass


def test_a_sweep_removes_bytes_without_a_document_and_nothing_else(
    grpc_stub: Stub, composition: Composition, blobs: BlobStore, unique: Unique
) -> None:
    """What a broken upload left is removed; documents and what other services store stay."""
    orphan, foreign = unique("orphan").encode(), unique("report").encode()
    document = upload(grpc_stub, unique("kept").encode())
    reports = composition.blobs.of("gap")
    for store, content in ((blobs, orphan), (reports, foreign)):
        store.put(io.BytesIO(content), sha256_of(content), len(content), "")
    wait_until_old_enough(blobs, orphan)
    swept(grpc_stub)
    assert not blobs.holds(sha256_of(orphan), len(orphan))
    assert download(grpc_stub, document.name)
    assert reports.content(sha256_of(foreign)) == foreign


def test_a_sweep_spares_what_is_younger_than_a_day(grpc_stub: Stub, blobs: BlobStore, unique: Unique) -> None:
    """Bytes whose upload may still be going on are not touched."""
    orphan = unique("orphan").encode()
    blobs.put(io.BytesIO(orphan), sha256_of(orphan), len(orphan), "")
    answer = grpc_stub.SweepOrphans(pb.SweepOrphansRequest())
    assert answer.examined >= 1
    assert answer.removed == 0
    assert blobs.holds(sha256_of(orphan), len(orphan))


def test_a_sweep_that_only_checks_counts_and_removes_nothing(grpc_stub: Stub, blobs: BlobStore, unique: Unique) -> None:
    """With validate_only the answer is what a sweep would do, and the sweep after it does it."""
    orphan = unique("orphan").encode()
    blobs.put(io.BytesIO(orphan), sha256_of(orphan), len(orphan), "")
    wait_until_old_enough(blobs, orphan)
    would = swept(grpc_stub, validate_only=True)
    assert blobs.holds(sha256_of(orphan), len(orphan))
    assert swept(grpc_stub).removed >= would.removed >= 1
    assert not blobs.holds(sha256_of(orphan), len(orphan))


def test_only_an_administrator_sweeps(as_role: AsRole) -> None:
    """Removing stored bytes is nobody else's right."""
    with pytest.raises(grpc.RpcError) as refusal:
        swept(Stub(as_role("catalogue_editor")))
    assert refusal.value.code() is grpc.StatusCode.PERMISSION_DENIED


def test_a_check_of_all_documents_names_those_whose_bytes_are_lost_or_damaged(
    grpc_stub: Stub, blobs: BlobStore, unique: Unique
) -> None:
    """Every document with such bytes is named, the others are read, and a check that broke off goes on."""
    whole, lost, damaged = (unique(word).encode() for word in ("whole", "lost", "damaged"))
    kept = upload(grpc_stub, whole)
    gone = [upload(grpc_stub, lost).name for _ in range(2)]
    changed = upload(grpc_stub, damaged)
    blobs.remove(sha256_of(lost))
    blobs.put(io.BytesIO(b"something else"), changed.sha256, 14, "")
    answers = list(grpc_stub.VerifyDocuments(pb.VerifyDocumentsRequest()))
    faults = {fault.sha256: (fault.kind, list(fault.documents)) for answer in answers for fault in answer.faults}
    assert faults[sha256_of(lost)] == (pb.DOCUMENT_FAULT_KIND_LOST, gone)
    assert faults[changed.sha256] == (pb.DOCUMENT_FAULT_KIND_DAMAGED, [changed.name])
    assert kept.sha256 not in faults
    again = list(grpc_stub.VerifyDocuments(pb.VerifyDocumentsRequest(after_sha256=changed.sha256)))
    assert again[-1].examined < answers[-1].examined
    assert changed.sha256 not in {fault.sha256 for answer in again for fault in answer.faults}
    blobs.put(io.BytesIO(lost), sha256_of(lost), len(lost), "")
    blobs.put(io.BytesIO(damaged), changed.sha256, len(damaged), "")
