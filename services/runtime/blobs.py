"""Keep bytes in an S3 store under their own SHA-256: the only module that speaks S3."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import IO, Any, BinaryIO, cast
from urllib.parse import quote

import urllib3
from minio import Minio
from minio.error import MinioException, S3Error
from urllib3.connection import HTTPConnection

from services.runtime.calls import current_call
from services.runtime.lost_peers import socket_options
from standards_tree.errors import DataLossError, NotFoundError, UnavailableError

CHUNK_BYTES = 256 * 1024
# A part is held in memory while it is sent; S3 takes none smaller.
PART_BYTES = 5 * 1024 * 1024
# Of a file whose end is not known; S3 takes 10,000 of them, so that a backup may have 312 GiB.
LARGE_PART_BYTES = 32 * 1024 * 1024
CONNECT_SECONDS = 5
READ_SECONDS = 30
CONNECTIONS = 32
UNKNOWN_MEDIA_TYPE = "application/octet-stream"
_ABSENT = ("NoSuchKey", "NoSuchObject")
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class S3Address:
    """Where an S3 store is and how to prove who we are."""

    endpoint: str
    access_key: str
    secret_key: str
    secure: bool
    region: str
    bucket: str


@dataclass(frozen=True, slots=True)
class StoredBlob:
    """A blob the store holds."""

    sha256: str
    size_bytes: int
    stored_at: datetime


class BlobStore:
    """Put, get and list blobs. The same bytes are stored once; nothing is ever overwritten with something else."""

    def __init__(self, address: S3Address, owner: str = "") -> None:
        self._address = address
        self._bucket = address.bucket
        self._prefix = f"{owner}/sha256/" if owner else "sha256/"
        self._client = _client(address)

    def ensure_bucket(self) -> None:
        """Make the bucket when it is not there yet."""
        with _translated():
            if not self._client.bucket_exists(self._bucket):
                self._client.make_bucket(self._bucket)

    def keeps_versions(self) -> bool:
        """Tell whether the bucket keeps what is removed; a store that cannot say so does not."""
        try:
            with _translated():
                return self._client.get_bucket_versioning(self._bucket).status == "Enabled"
        except UnavailableError:
            return False

    def of(self, owner: str) -> "BlobStore":
        """Return the part of this store that is one service's: what it lists or removes is never another's."""
        return BlobStore(self._address, owner)

    def put(self, content: IO[bytes], sha256: str, size_bytes: int, media_type: str) -> None:
        """Store *content*, of which the caller knows hash and size; it is durable when this returns."""
        with _translated():
            self._client.put_object(
                self._bucket,
                self._key(sha256),
                cast("BinaryIO", content),
                size_bytes,
                media_type or UNKNOWN_MEDIA_TYPE,
                part_size=PART_BYTES,
                num_parallel_uploads=1,
            )

    def holds(self, sha256: str, size_bytes: int) -> bool:
        """Tell whether the store has the blob, with all its bytes."""
        with _translated():
            try:
                return self._client.stat_object(self._bucket, self._key(sha256)).size == size_bytes
            except S3Error as error:
                if error.code in _ABSENT:
                    return False
                raise

    def chunks(self, sha256: str) -> Iterator[bytes]:
        """Yield the blob piece by piece, at most CHUNK_BYTES each, and check it against its hash.

        Raises:
            DataLossError: before the first piece, when the store has lost the blob; after the last one, when the bytes
                are not those that were stored.
        """
        digest = hashlib.sha256()
        with self._opened(sha256) as response:
            for chunk in response.stream(CHUNK_BYTES):
                digest.update(chunk)
                yield chunk
        _require_same(sha256, digest.hexdigest())

    def content(self, sha256: str) -> bytes:
        """Return the whole blob, checked against its hash; errors as `chunks`."""
        with self._opened(sha256) as response:
            content = response.read()
        _require_same(sha256, hashlib.sha256(content).hexdigest())
        return content

    def download_url(self, sha256: str, lifetime_seconds: int, file_name: str, media_type: str) -> str:
        """Return an address that gives the blob to anybody who has it, for a while."""
        headers: dict[str, str | list[str] | tuple[str]] = {
            # A browser must save it, not show it: an uploaded page would run as ours. The quoting is that of RFC 8187.
            "response-content-disposition": f"attachment; filename*=UTF-8''{quote(file_name, safe='')}",
            "response-content-type": media_type or UNKNOWN_MEDIA_TYPE,
        }
        with _translated():
            return self._client.presigned_get_object(
                self._bucket, self._key(sha256), timedelta(seconds=lifetime_seconds), response_headers=headers
            )

    def stored(self) -> Iterator[StoredBlob]:
        """Yield every blob the store holds."""
        with _translated():
            for entry in self._client.list_objects(self._bucket, self._prefix, recursive=True):
                sha256 = (entry.object_name or "").rpartition("/")[2]
                if _SHA256.fullmatch(sha256) and entry.last_modified is not None:
                    yield StoredBlob(sha256, entry.size or 0, entry.last_modified)

    def remove(self, sha256: str) -> None:
        """Remove a blob; it is no error if it is gone."""
        with _translated():
            self._client.remove_object(self._bucket, self._key(sha256))

    def _key(self, sha256: str) -> str:
        """Return the object's key, spread over folders so that none grows without bound."""
        return f"{self._prefix}{sha256[:2]}/{sha256[2:4]}/{sha256}"

    @contextmanager
    def _opened(self, sha256: str) -> Iterator[urllib3.BaseHTTPResponse]:
        """Give the store's answer that carries the blob."""
        with _translated():
            try:
                response = self._client.get_object(self._bucket, self._key(sha256))
            except S3Error as error:
                if error.code not in _ABSENT:
                    raise
                message = "the object store has lost the bytes {sha256}"
                raise DataLossError(message, sha256=sha256) from error
            try:
                yield response
            finally:
                response.close()
                response.release_conn()


class LargeFiles:
    """Long files under names of their own in a bucket, written and read in one pass: backups."""

    def __init__(self, address: S3Address) -> None:
        self._client = _client(address)

    def put(self, bucket: str, name: str, content: IO[bytes]) -> None:
        """Store what *content* gives until its end; when reading it fails, nothing is stored."""
        with _translated():
            if not self._client.bucket_exists(bucket):
                self._client.make_bucket(bucket)
            self._client.put_object(
                bucket, name, cast("BinaryIO", content), -1, part_size=LARGE_PART_BYTES, num_parallel_uploads=1
            )

    @contextmanager
    def opened(self, bucket: str, name: str) -> Iterator[IO[bytes]]:
        """Give the content, to be read once from its beginning.

        Raises:
            NotFoundError: there is no such file.
        """
        with _translated():
            try:
                response = self._client.get_object(bucket, name)
            except S3Error as error:
                if error.code not in (*_ABSENT, "NoSuchBucket"):
                    raise
                message = "there is no s3://{bucket}/{name}"
                raise NotFoundError(message, bucket=bucket, name=name) from error
            try:
                yield cast("IO[bytes]", response)
            finally:
                response.close()
                response.release_conn()


def _client(address: S3Address) -> Minio:
    return Minio(
        address.endpoint,
        access_key=address.access_key,
        secret_key=address.secret_key,
        secure=address.secure,
        region=address.region,
        http_client=_InTime(
            maxsize=CONNECTIONS,
            retries=_WhileWanted(total=2, backoff_factor=0.1, status_forcelist=(500, 502, 503, 504)),
            socket_options=[*HTTPConnection.default_socket_options, *socket_options()],
        ),
    )


class _InTime(urllib3.PoolManager):
    """Asks no longer than the call waits for which it asks."""

    def urlopen(self, method: str, url: str, redirect: bool = True, **options: Any) -> urllib3.BaseHTTPResponse:  # type: ignore[override]
        call = current_call()
        left = call.seconds_left() if call is not None else None
        if call is not None:
            call.require_time()
        options["timeout"] = urllib3.Timeout(
            connect=CONNECT_SECONDS if left is None else min(CONNECT_SECONDS, left),
            read=READ_SECONDS if left is None else min(READ_SECONDS, left),
        )
        return super().urlopen(method, url, redirect, **options)


class _WhileWanted(urllib3.Retry):
    """Asks again only for who still waits."""

    def increment(self, *arguments: Any, **options: Any) -> urllib3.Retry:  # type: ignore[override]  # whatever it takes
        call = current_call()
        if call is not None:
            call.require_time()
        return super().increment(*arguments, **options)


def _require_same(sha256: str, found: str) -> None:
    if found != sha256:
        message = "the stored bytes of {sha256} are damaged: their hash is {found}"
        raise DataLossError(message, sha256=sha256, found=found)


@contextmanager
def _translated() -> Iterator[None]:
    """Say what a failure of the store means."""
    try:
        yield
    except S3Error as error:
        message = "the object store refuses ({code}); try again shortly"
        raise UnavailableError(message, code=error.code) from error
    except (MinioException, urllib3.exceptions.HTTPError, OSError) as error:
        message = "the object store does not answer now; try again shortly"
        raise UnavailableError(message) from error
