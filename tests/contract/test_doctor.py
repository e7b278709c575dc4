"""What `tbt doctor` says of a deployment: that a sound one is sound, and of each fault what it is and what to do."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from typer.testing import CliRunner

from databases import empty_database, own_bucket, settings_for
from services.cli.__main__ import app
from services.composition import SERVICES
from services.doctor.database import examine_database
from services.doctor.findings import Finding, State
from services.doctor.keys import examine_service_keys
from services.doctor.surroundings import examine_certificates, examine_store, examine_tokens
from services.embedded import EmbeddedStack
from services.embedded.attached import running_in
from services.migrations.run import migrate
from services.program import embedded_s3, examine
from services.runtime.blobs import BlobStore
from services.runtime.service_calls import SERVICE_CALLS
from services.runtime.service_keys import PUBLIC_FILE, make_keys
from services.runtime.settings import Mode, Settings

LEASE_SECONDS = 30.0


@pytest.fixture(scope="module")
def url(stack: EmbeddedStack) -> Iterator[str]:
    """Return a migrated database of its own."""
    with empty_database(stack) as made:
        migrate(made)
        yield made


def of(found: Iterator[Finding], subject: str) -> Finding:
    """Return the one finding on *subject*."""
    (finding,) = [each for each in found if each.subject == subject]
    return finding


def execute(url: str, statement: str) -> None:
    """Run a statement as the owner of the database."""
    with psycopg.connect(url.replace("postgresql+psycopg://", "postgresql://")) as connection:
        connection.execute(statement.encode())


def certificate(path: Path, days: int) -> Path:
    """Write a certificate that ends in so many days."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tbt.example")])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    built = built.serial_number(1).not_valid_before(now - timedelta(days=400)).not_valid_after(now + timedelta(days))
    path.write_bytes(built.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path


def test_a_sound_deployment_has_no_fault(url: str, stack: EmbeddedStack, settings: Settings, tmp_path: Path) -> None:
    """Everything that is examined is named, and nothing is at fault; nothing is left of the probe."""
    s3 = own_bucket(stack, settings)
    found = list(examine(settings_for(tmp_path, url, s3)))
    assert [finding for finding in found if finding.state is State.FAULT] == []
    assert {finding.subject for finding in found} >= {
        *(
            "tokens",
            "keys",
            "fonts",
            "disk",
            "database",
            "clock",
            "migrations",
            "roles",
            "connections",
            "worker",
            "audit",
        ),
        *("store", "versions"),
    }
    assert list(BlobStore(s3).of("doctor").stored()) == []


def test_every_finding_that_is_not_fine_says_what_to_do(url: str, stack: EmbeddedStack, settings: Settings) -> None:
    """A complaint without advice helps nobody."""
    found = [*examine_database(url, LEASE_SECONDS), *examine_store(BlobStore(embedded_s3(stack, settings)))]
    assert all(bool(finding.advice) == (finding.state is not State.FINE) for finding in found)


def test_a_database_that_lacks_migrations_is_told_apart(stack: EmbeddedStack) -> None:
    """It answers, and it is not ready."""
    with empty_database(stack) as made:
        found = list(examine_database(made, LEASE_SECONDS))
    assert (of(iter(found), "database").state, of(iter(found), "migrations").state) == (State.FINE, State.FAULT)


def test_a_database_that_is_away_is_a_fault() -> None:
    """One finding, with the cause."""
    (finding,) = examine_database("postgresql+psycopg://nobody@127.0.0.1:1/none", LEASE_SECONDS)
    assert (finding.subject, finding.state) == ("database", State.FAULT)


def test_operations_that_nobody_works_on_are_a_fault(url: str) -> None:
    """Without a worker and without work it is a warning; with work that waits a fault."""
    assert of(examine_database(url, LEASE_SECONDS), "worker").state is State.WARNING
    execute(
        url,
        "INSERT INTO operations.operation (operation_id, kind, principal, language, request, progress, done,"
        " cancel_requested) VALUES ('waits', 'gap.create_report', 'li', 'en', '', '', false, false)",
    )
    assert of(examine_database(url, LEASE_SECONDS), "worker").state is State.FAULT
    execute(url, "INSERT INTO queue.procrastinate_workers DEFAULT VALUES")
    assert of(examine_database(url, LEASE_SECONDS), "worker").state is State.FINE


def test_an_audit_chain_whose_end_was_meddled_with_is_a_fault(url: str) -> None:
    """The last link is computed anew."""
    assert of(examine_database(url, LEASE_SECONDS), "audit").state is State.FINE
    execute(
        url,
        "INSERT INTO audit.record (kind, principal, roles, service, method, call_id, request_id, code, reason, target,"
        " targets, target_count, request_sha256, after_sha256)"
        " VALUES ('write', 'li', '{}', 'catalog', 'm', '', '', 'OK', '', '', '{}', 0, '', '');"
        "INSERT INTO audit.link SELECT 1, number, sha256('something else') FROM audit.record;"
        "DELETE FROM audit.unsealed",
    )
    assert of(examine_database(url, LEASE_SECONDS), "audit").state is State.FAULT


def test_a_store_that_refuses_is_a_fault(stack: EmbeddedStack, settings: Settings) -> None:
    """With a wrong key nothing can be stored."""
    (finding,) = examine_store(BlobStore(replace(embedded_s3(stack, settings), secret_key="wrong")))  # noqa: S106
    assert (finding.subject, finding.state) == ("store", State.FAULT)


@pytest.mark.parametrize(("days", "state"), [(-1, State.FAULT), (10, State.WARNING), (90, State.FINE)])
def test_a_certificate_is_told_of_before_it_ends(tmp_path: Path, days: int, state: State) -> None:
    """A month ahead; afterwards it is a fault."""
    path = certificate(tmp_path / "tls.pem", days)
    chosen = Settings(data_folder=tmp_path, tls_certificate_file=path, tls_key_file=path)
    assert [finding.state for finding in examine_certificates(chosen)] == [state]
    path.write_bytes(b"no certificate")
    assert [finding.state for finding in examine_certificates(chosen)] == [State.FAULT]


def test_keys_that_cannot_be_read_are_a_fault(tmp_path: Path) -> None:
    """Before the next start finds out."""
    chosen = Settings(data_folder=tmp_path, token_issuer="https://issuer.example", token_jwks_file=tmp_path / "none")  # noqa: S106
    assert of(examine_tokens(chosen), "tokens").state is State.FAULT


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """Return a folder with the keys of all services."""
    make_keys(tmp_path / "keys")
    return tmp_path / "keys"


def production(folder: Path, **addresses: str) -> Settings:
    """Return settings of a process in production that has its keys in *folder*; the services in *addresses* run elsewhere."""
    return Settings(
        mode=Mode.PRODUCTION,
        token_issuer="https://issuer.example",  # noqa: S106
        token_jwks_file=folder / "jwks.json",
        service_key_folder=folder,
        service_addresses=addresses,
    )


def on_keys(folder: Path, now: datetime | None = None, **addresses: str) -> list[tuple[State, str]]:
    """Return what is found of keys."""
    found = examine_service_keys(production(folder, **addresses), folder, now)
    return [(finding.state, finding.template.format(**finding.parameters)) for finding in found]


def test_keys_of_services_that_are_sound_are_fine(keys: Path) -> None:
    """All services here; or, as in a cluster, each elsewhere and the key of one here."""
    assert on_keys(keys) == [(State.FINE, "the keys of 8 services are there")]
    for name in SERVICE_CALLS.keys() - {"gap"}:
        (keys / f"{name}.pem").unlink()
    assert on_keys(keys, **dict.fromkeys(SERVICES, "x:1")) == [(State.FINE, "the keys of 1 services are there")]
    (keys / "gap.pem").unlink()
    ((state, text),) = on_keys(keys, **dict.fromkeys(SERVICES, "x:1"))
    assert (state, text) == (State.FAULT, f"{keys} has no key of a service")


def test_a_key_of_a_service_that_is_missing_is_a_fault(keys: Path) -> None:
    """The private one of a service that runs here; the public one by which others know a service."""
    (keys / "linkage.pem").unlink()
    ((state, text),) = on_keys(keys)
    assert state is State.FAULT
    assert "linkage.pem" in text
    assert on_keys(keys, linkage="x:1") == [(State.FINE, "the keys of 7 services are there")]

    public = json.loads((keys / PUBLIC_FILE).read_text(encoding="utf-8"))
    public["keys"] = [key for key in public["keys"] if not key["kid"].startswith("gap/")]
    (keys / PUBLIC_FILE).write_text(json.dumps(public), encoding="utf-8")
    ((state, text),) = [one for one in on_keys(keys, linkage="x:1") if "gap.pem" in one[1]]
    assert state is State.FAULT
    assert "nobody would know gap by its key" in text


def test_a_private_key_that_others_may_read_or_that_is_old_is_a_warning(keys: Path) -> None:
    """The group of a process may read, as in Kubernetes; after a year a key is old."""
    for mode, expected in ((0o600, State.FINE), (0o440, State.FINE), (0o644, State.WARNING), (0o620, State.WARNING)):
        (keys / "gap.pem").chmod(mode)
        assert [state for state, _text in on_keys(keys)] == [expected], oct(mode)
    (keys / "gap.pem").chmod(0o600)
    old = on_keys(keys, datetime.now(UTC) + timedelta(days=366))
    assert [state for state, _text in old] == [State.WARNING] * 8


def test_keys_that_development_makes_by_itself_are_not_asked_for(tmp_path: Path) -> None:
    """Before the first start there are none, and the examination makes none."""
    found = examine_service_keys(Settings(data_folder=tmp_path), tmp_path / "service-keys")
    assert [finding.state for finding in found] == [State.FINE]
    assert list(tmp_path.iterdir()) == []


def test_it_examines_beside_a_running_program(stack: EmbeddedStack, data_folder: Path) -> None:
    """The embedded servers of another process are found by the folder, and in both languages what they are like."""
    running = running_in(data_folder)
    assert running is not None
    assert running.s3 == stack.s3
    environment = {"TBT_DATA_FOLDER": str(data_folder), "COLUMNS": "200"}
    told = CliRunner().invoke(app, ["doctor", "--json"], env=environment)
    subjects = {finding["subject"]: finding["state"] for finding in json.loads(told.stdout)}
    assert (subjects["database"], subjects["store"]) == ("fine", "fine")
    chinese = CliRunner().invoke(app, ["--lang", "zh-Hans", "check"], env=environment)
    assert "对象存储可写、可读、可删" in chinese.output
    assert running_in(data_folder / "nowhere") is None
