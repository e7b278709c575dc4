"""Examine what stands around the services: the object store, tokens' keys, certificates, fonts, room on disks."""

import hashlib
import io
import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509

from services.doctor.findings import Finding, fine, problem, remark, said_by
from services.runtime.blobs import BlobStore
from services.runtime.issuer_keys import keys_at, keys_in_file
from services.runtime.settings import Mode, Settings
from standards_tree.errors import DomainError
from standards_tree.systems.diagram_pdf import find_fonts

EXPIRY_DAYS = 30
FREE_BYTES = 1024**3
PROBE = b"written and removed by tbt doctor"
PROBES = "doctor"
"""Whose the probe is in the store: nobody's data, and in no backup."""


def examine_store(blobs: BlobStore) -> Iterator[Finding]:
    """Write, read and remove a probe, and look whether removed bytes are kept."""
    sha256 = hashlib.sha256(PROBE).hexdigest()
    own = blobs.of(PROBES)
    try:
        blobs.ensure_bucket()
        own.put(io.BytesIO(PROBE), sha256, len(PROBE), "")
        own.content(sha256)
        own.remove(sha256)
    except DomainError as error:
        yield problem(
            "store",
            "the object store cannot be used: {cause}",
            "check TBT_S3_ENDPOINT and its keys, and that they may make, read, write and remove objects",
            cause=said_by(error),
        )
        return
    yield fine("store", "the object store takes, gives and removes bytes")
    if blobs.keeps_versions():
        yield fine("versions", "the bucket keeps what is removed")
    else:
        yield remark(
            "versions",
            "the bucket keeps nothing of what is removed",
            "switch on versioning, or take backups (`tbt backup create`): recovery to a moment needs one of them",
        )


def examine_tokens(settings: Settings) -> Iterator[Finding]:
    """Read the issuer's keys as the services do."""
    if settings.token_issuer is None:
        if settings.mode is Mode.DEVELOPMENT:
            yield fine("tokens", "this program issues its own tokens, which is for development")
        return
    try:
        if settings.token_jwks_url is not None:
            keys = keys_at(settings.token_jwks_url)()
        elif settings.token_jwks_file is not None:
            keys = keys_in_file(settings.token_jwks_file)()
        else:
            return
    except DomainError as error:
        yield problem(
            "tokens",
            "the issuer's keys cannot be read: {cause}",
            "without them nobody can sign in once the program starts anew; check the address and the file",
            cause=said_by(error),
        )
        return
    yield fine("tokens", "{count} keys of {issuer} are there", count=len(keys.keys), issuer=settings.token_issuer)


def examine_certificates(settings: Settings, now: datetime | None = None) -> Iterator[Finding]:
    """Look when each certificate of the settings ends."""
    named = {
        "TBT_TLS_CERTIFICATE_FILE": settings.tls_certificate_file,
        "TBT_TLS_AUTHORITY_FILE": settings.tls_authority_file,
        "TBT_AGENCY_AUTHORITY_FILE": settings.agency_authority_file,
    }
    for name, path in named.items():
        if path is not None:
            yield from _certificates(name, path, now or datetime.now(UTC))


def _certificates(name: str, path: Path, now: datetime) -> Iterator[Finding]:
    try:
        ends = min(found.not_valid_after_utc for found in x509.load_pem_x509_certificates(path.read_bytes()))
    except (OSError, ValueError) as error:
        yield problem(
            "certificates",
            "{name}={path} cannot be read: {cause}",
            "name a PEM file that this user may read",
            name=name,
            path=path,
            cause=error,
        )
        return
    day = ends.date().isoformat()
    if ends <= now:
        yield problem(
            "certificates",
            "{name}={path} ended on {day}",
            "put a new one there and restart",
            name=name,
            path=path,
            day=day,
        )
    elif ends - now < timedelta(days=EXPIRY_DAYS):
        yield remark(
            "certificates",
            "{name}={path} ends on {day}",
            "put a new one there and restart before that day",
            name=name,
            path=path,
            day=day,
        )
    else:
        yield fine("certificates", "{name}={path} is good until {day}", name=name, path=path, day=day)


def examine_machine(settings: Settings) -> Iterator[Finding]:
    """Look for fonts with Chinese characters, and for room where uploads and data go."""
    try:
        _fonts, family = find_fonts(settings.font_folder)
    except DomainError as error:
        yield remark(
            "fonts",
            "no PDF can be made: {cause}",
            "install a font with Chinese characters (fonts-noto-cjk), or name a folder in TBT_FONT_FOLDER",
            cause=said_by(error),
        )
    else:
        yield fine("fonts", "PDF is set in {family}", family=family)
    for place in dict.fromkeys((_there(settings.data_folder), Path(tempfile.gettempdir()))):
        usage = shutil.disk_usage(place)
        told = {"path": place, "free": f"{usage.free / FREE_BYTES:.1f}"}
        if usage.free < max(FREE_BYTES, usage.total // 50):
            yield remark("disk", "{path} has {free} GiB left", "make room: uploads and the database need it", **told)
        else:
            yield fine("disk", "{path} has {free} GiB left", **told)


def _there(path: Path) -> Path:
    return next((folder for folder in (path, *path.parents) if folder.exists()), Path("/"))
