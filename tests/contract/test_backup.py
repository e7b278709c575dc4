"""A backup is the whole system, restored it is the same system, and no byte of it changes unnoticed."""

import hashlib
import io
import random
import tarfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import grpc
import psycopg
import pytest
from alembic import command
from google.longrunning import operations_pb2
from sqlalchemy import create_engine, text

import catalogues
from databases import empty_database, own_bucket, running, settings_for
from long_operations import answer_of
from services.backup.restoring import Verified, restore, verify
from services.backup.taking import NAMING, take
from services.composition import Composition
from services.embedded import EmbeddedStack
from services.migrations.run import QUEUE_SCHEMA, SCHEMAS, configuration, migrate, newest_revision
from services.program import restore_backup, take_backup, verify_backup
from services.runtime.blobs import BlobStore, S3Address
from services.runtime.settings import Settings
from soaking import scaled
from standards_tree.errors import DataLossError, DomainError, InvalidArgumentError, NotFoundError, PreconditionError
from tbt.audit.v1 import audit_service_pb2, audit_service_pb2_grpc
from tbt.catalog.v1 import catalog_service_pb2_grpc, edition_pb2
from tbt.documents.v1 import documents_service_pb2_grpc
from tbt.gap.v1 import gap_service_pb2, gap_service_pb2_grpc
from tbt.type.v1 import type_pb2
from uploads import download, upload

FLIPS = scaled(150, 300)
DOCUMENTS = scaled(12, 10_000)
STANDARDS = scaled(20, 34_000)
"""Each makes rows in three tables at the least: its own, its history, the change log."""
SEED = 20261129


@dataclass(frozen=True)
class System:
    """A system of its own: where it is, its documents by name, and an operation that no worker has taken up."""

    url: str
    s3: S3Address
    settings: Settings
    documents: dict[str, str]
    waiting: operations_pb2.Operation

    @property
    def blobs(self) -> BlobStore:
        """Return its object store."""
        return BlobStore(self.s3)


@pytest.fixture(scope="module")
def system(stack: EmbeddedStack, settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Iterator[System]:
    """Fill a system through its calls: documents, a catalogue, an edition that is frozen, an operation that waits."""
    with empty_database(stack) as url:
        migrate(url)
        s3 = own_bucket(stack, settings)
        own = settings_for(tmp_path_factory.mktemp("source"), url, s3)
        composition = Composition(own, url, s3)
        with running(composition) as channel:
            documents, waiting = _filled(channel)
            # Seals what waits, so that the chain has links.
            audit_service_pb2_grpc.AuditServiceStub(channel).VerifyAudit(audit_service_pb2.VerifyAuditRequest())
        yield System(url, s3, own, documents, waiting)


@pytest.fixture
def empty(stack: EmbeddedStack, settings: Settings) -> Iterator[tuple[str, S3Address]]:
    """Give a database and a bucket with nothing in them."""
    with empty_database(stack) as url:
        yield url, own_bucket(stack, settings)


@pytest.fixture(scope="module")
def archive(system: System) -> bytes:
    """Return a backup of the system."""
    return taken(system)


def _filled(channel: grpc.Channel) -> tuple[dict[str, str], operations_pb2.Operation]:
    stub = documents_service_pb2_grpc.DocumentsServiceStub(channel)
    chance = random.Random(SEED)
    documents = {}
    for number in range(DOCUMENTS):
        content = f"示例 {number}\n".encode() + chance.randbytes(chance.randrange(1, 4_000))
        documents[upload(stub, content, f"示例{number}.xml").name] = hashlib.sha256(content).hexdigest()
    large = chance.randbytes(scaled(1_200_000, 20_000_000))
    documents[upload(stub, large, "大文件.pdf").name] = hashlib.sha256(large).hexdigest()
    catalog = catalog_service_pb2_grpc.CatalogServiceStub(channel)
    records = [catalogues.node_record("1")]
    records += [catalogues.standard_record(f"T/XXSLFB {number}-2026", "1") for number in range(1, STANDARDS + 1)]
    catalogues.run_import(catalog, "systems/backup", records)
    edition = edition_pb2.Edition(label="2026", dated_on={"year": 2026, "month": 1, "day": 1})
    catalog.PublishEdition(edition_pb2.PublishEditionRequest(system="systems/backup", edition=edition))
    gap = gap_service_pb2_grpc.GapServiceStub(channel)
    return documents, gap.CreateGapReport(gap_service_pb2.CreateGapReportRequest())


def taken(system: System) -> bytes:
    """Return a backup of *system*."""
    stream = io.BytesIO()
    take(system.url, system.blobs, stream)
    return stream.getvalue()


def content_of(url: str) -> dict[str, tuple[int, str]]:
    """Return the rows of every table, counted and hashed."""
    found = {}
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://")) as connection:
        names = connection.execute(
            "SELECT format('%%I.%%I', schemaname, tablename) FROM pg_tables WHERE schemaname = ANY (%s)",
            [[*SCHEMAS, QUEUE_SCHEMA]],
        ).fetchall()
        for (name,) in names:
            hashed = (
                f"SELECT count(*), coalesce(md5(string_agg(md5(t::text), '' ORDER BY md5(t::text))), '') FROM {name} t"  # noqa: S608
            )
            count, digest = connection.execute(hashed).fetchone() or (0, "")
            found[str(name)] = (int(count), str(digest))
    return found


def test_a_restored_system_is_the_same_system(system: System, empty: tuple[str, S3Address], tmp_path: Path) -> None:
    """Every row of every table and every document; and it goes on where the other one stopped."""
    url, s3 = empty
    restored = settings_for(tmp_path, url, s3)
    place = tmp_path / "backup.tar"
    summary = take_backup(system.settings, str(place))
    before = content_of(system.url)
    assert summary.rows == {name: count for name, (count, _digest) in before.items()}
    assert summary.objects == len(set(system.documents.values()))
    restore_backup(restored, str(place))
    assert content_of(url) == before

    composition = Composition(restored, url, s3)
    with running(composition, with_worker=True) as channel:
        stub = documents_service_pb2_grpc.DocumentsServiceStub(channel)
        found = {name: hashlib.sha256(download(stub, name)).hexdigest() for name in system.documents}
        assert found == system.documents
        answer_of(channel, system.waiting, gap_service_pb2.GapReport())
        upload(stub, b"after the restoration")
        request = audit_service_pb2.VerifyAuditRequest()
        verified = audit_service_pb2_grpc.AuditServiceStub(channel).VerifyAudit(request)
        assert verified.intact, verified.faults
        revision = len(system.documents)
        (change,) = next(stub.WatchChanges(type_pb2.WatchChangesRequest(after_revision=revision), timeout=20)).changes
        assert change.revision == revision + 1


def test_the_archive_is_checked_by_tools_that_every_machine_has(archive: bytes) -> None:
    """It is a tar file, and `SHA256SUMS` has the hash of each of its files as `sha256sum --check` reads it."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        found = {entry.name: hashlib.sha256(tar.extractfile(entry).read()).hexdigest() for entry in tar}
        sums = tar.extractfile("SHA256SUMS").read().decode()
    found.pop("SHA256SUMS")
    listed = dict(reversed(line.split("  ", 1)) for line in sums.splitlines() if not line.startswith("#"))
    assert listed == found


def test_a_flipped_byte_is_found_and_named_wherever_it_is(archive: bytes) -> None:
    """Contents, headings, padding, sums, end: one bit of a byte changed, and what it belongs to is named."""
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        entries = [(entry.name, entry.offset, entry.offset_data, entry.offset_data + entry.size) for entry in tar]
    chance = random.Random(SEED)
    names = [name for name, *_ in entries]
    # Where documents are large nearly all bytes are theirs: half of the places are elsewhere.
    edges = [place for _, start, data, end in entries for place in (start + 3, start + 150, data, end)]
    places = [chance.randrange(len(archive)) for _ in range(FLIPS // 2)] + chance.choices(edges, k=FLIPS // 2)
    for place in [*places, len(archive) - 1]:
        damaged = bytearray(archive)
        damaged[place] ^= 1 << chance.randrange(8)
        told = _told_of(bytes(damaged))
        named = max((entry for entry in entries if entry[1] <= place), key=lambda entry: entry[1])[0]
        before = names[max(names.index(named) - 1, 0)]
        assert named in told or f"the part after {before}" in told or "its first bytes" in told, (place, named, told)


def test_an_archive_that_is_cut_off_is_never_taken_for_whole(archive: bytes) -> None:
    """At any of its last bytes, and anywhere before."""
    chance = random.Random(SEED)
    lengths = [len(archive) - 1, len(archive) - 512, len(archive) - 1024, len(archive) - 1536, 0, 511]
    for length in [*lengths, *(chance.randrange(len(archive)) for _ in range(20))]:
        with pytest.raises(DomainError):
            verify(io.BytesIO(archive[:length]))
    with pytest.raises(DataLossError, match="after its last part"):
        verify(io.BytesIO(archive + b"\0"))


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    """Another file, another archive, no file."""
    other = io.BytesIO()
    with tarfile.open(fileobj=other, mode="w") as tar:
        tar.addfile(tarfile.TarInfo("a"))
    for content in (b"no backup" * 1000, other.getvalue()):
        with pytest.raises(InvalidArgumentError, match="no backup"):
            verify(io.BytesIO(content))
    with pytest.raises(NotFoundError):
        verify_backup(Settings(data_folder=tmp_path), str(tmp_path / "none.tar"))


def test_a_damaged_backup_restores_nothing(archive: bytes, empty: tuple[str, S3Address]) -> None:
    """A bit flipped in rows, in a document or in the sums leaves every table empty; the whole one is then restored."""
    url, s3 = empty
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        entries = {entry.name: entry.offset_data + entry.size // 2 for entry in tar if entry.size}
    chosen = [next(name for name in entries if name.startswith(start)) for start in ("database/", "objects/", "SHA")]
    for name in chosen:
        damaged = bytearray(archive)
        damaged[entries[name]] ^= 1
        with pytest.raises(DataLossError):
            restore(url, BlobStore(s3), io.BytesIO(bytes(damaged)))
        assert {count for count, _digest in content_of(url).values()} == {0}
    assert isinstance(restore(url, BlobStore(s3), io.BytesIO(archive)), Verified)
    with pytest.raises(PreconditionError, match="not empty"):
        restore(url, BlobStore(s3), io.BytesIO(archive))


def test_a_system_of_an_earlier_release_is_left_as_it_is(archive: bytes, empty: tuple[str, S3Address]) -> None:
    """Who names the wrong database has it neither filled nor migrated."""
    url, s3 = empty
    migrate(url)
    engine = create_engine(url)
    with engine.connect() as connection:
        command.downgrade(configuration(connection), "-1")
        connection.commit()
        connection.execute(
            text("INSERT INTO catalog.system (system_id, title_zh, title_en, version) VALUES ('s', '示例', '', 1)")
        )
        connection.commit()
        before = connection.execute(text("SELECT version_num FROM public.alembic_version")).scalar_one()
        with pytest.raises(PreconditionError, match="not empty"):
            restore(url, BlobStore(s3), io.BytesIO(archive))
        connection.rollback()
        after = connection.execute(text("SELECT version_num FROM public.alembic_version")).scalar_one()
    engine.dispose()
    assert before == after != newest_revision()


def test_bytes_the_system_has_lost_are_named_and_the_rest_is_backed_up(system: System) -> None:
    """A backup of a system that lost a document says so, and holds everything else."""
    sha256 = min(system.documents.values())
    documents = system.blobs.of("documents")
    content = documents.content(sha256)
    documents.remove(sha256)
    stream = io.BytesIO()
    summary = take(system.url, system.blobs, stream)
    documents.put(io.BytesIO(content), sha256, len(content), "")
    assert summary.lost == [f"documents/{sha256}"]
    stream.seek(0)
    assert verify(stream).summary.objects == len(set(system.documents.values())) - 1


def test_a_backup_in_a_bucket_is_the_one_in_a_file(system: System, empty: tuple[str, S3Address]) -> None:
    """Written to the S3 store, read from there, restored from there."""
    url, s3 = empty
    place = f"s3://{s3.bucket}-backups/2026/backup.tar"
    summary = take_backup(system.settings, place)
    assert verify_backup(system.settings, place).summary == summary
    with pytest.raises(NotFoundError):
        verify_backup(system.settings, place + ".other")
    with pytest.raises(InvalidArgumentError):
        take_backup(system.settings, "s3://nothing")
    with pytest.raises(PreconditionError, match="there already"):
        take_backup(system.settings, place)
    restore_backup(settings_for(system.settings.data_folder, url, s3), place)
    assert content_of(url) == content_of(system.url)


def test_a_file_that_is_there_is_not_overwritten(system: System, tmp_path: Path) -> None:
    """Nor is anything left of a backup that failed."""
    place = tmp_path / "kept.tar"
    place.write_bytes(b"kept")
    with pytest.raises(PreconditionError):
        take_backup(system.settings, str(place))
    with pytest.raises(DomainError):
        take_backup(system.settings.model_copy(update={"s3_endpoint": "127.0.0.1:9"}), str(tmp_path / "new.tar"))
    assert [path.name for path in tmp_path.iterdir()] == ["kept.tar"]


def test_every_service_that_stores_bytes_is_backed_up(composition: Composition) -> None:
    """An owner of stored bytes that the backup does not know would be left out without a word."""
    source = Path(__file__).resolve().parents[2] / "services"
    used = {
        part.split('"')[0]
        for path in source.rglob("*.py")
        for part in path.read_text(encoding="utf-8").split('blobs.of("')[1:]
    }
    assert used == set(NAMING)


def _told_of(damaged: bytes) -> str:
    """Return what is said of an archive; fail when it passes for whole."""
    try:
        found = verify(io.BytesIO(damaged))
    except DomainError as error:
        return str(error)
    assert found.damaged, "a flipped byte was not found"
    return " ".join(found.damaged)
