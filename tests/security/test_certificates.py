"""Systems of other agencies prove who they are by their certificate, and reach what is listed for them and nothing else."""

import datetime
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import grpc
import pytest
from calling import call, code, method, methods
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.composition import SERVICES, Composition, Program
from services.embedded import EmbeddedStack
from services.program import embedded_s3
from services.runtime.agencies import clients_in_file
from services.runtime.permissions import ROLE_PERMISSIONS
from services.runtime.settings import Settings
from standards_tree.errors import PreconditionError

DAY = datetime.timedelta(days=1)
RUNNING = ("documents", "terminology", "catalog")
NOW = datetime.datetime.now(datetime.UTC)
LISTED = "customs.示例.example".encode("idna").decode()


@dataclass(frozen=True)
class Certificate:
    """A certificate and its key, as PEM."""

    chain: bytes
    key: bytes


class Authority:
    """Who vouches for certificates."""

    def __init__(self, name: str) -> None:
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = _name(name)
        constraints = x509.BasicConstraints(ca=True, path_length=None)
        certificate = (
            _builder(self._name, self._name, self._key.public_key())
            .add_extension(constraints, critical=True)
            .sign(self._key, hashes.SHA256())
        )
        self.pem = certificate.public_bytes(serialization.Encoding.PEM)

    def issue(self, name: str, *alternatives: str, until: datetime.datetime = NOW + DAY) -> Certificate:
        """Return a certificate of this authority for *name*."""
        key = ec.generate_private_key(ec.SECP256R1())
        builder = _builder(_name(name), self._name, key.public_key(), until)
        if alternatives:
            names = x509.SubjectAlternativeName([x509.DNSName(alternative) for alternative in alternatives])
            builder = builder.add_extension(names, critical=False)
        encoded = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        return Certificate(builder.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM), encoded)


def _name(common: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common)])


def _builder(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePublicKey, until: datetime.datetime = NOW + DAY
) -> x509.CertificateBuilder:
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(NOW - DAY - DAY)
        .not_valid_after(until)
    )


@pytest.fixture(scope="module")
def authority() -> Authority:
    """Return the authority the operator trusts."""
    return Authority("示例 authority")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, authority: Authority) -> Path:
    """Return a folder with the server's certificate and the list of agencies."""
    folder = tmp_path_factory.mktemp("certificates")
    server = authority.issue("localhost", "localhost")
    (folder / "tls.crt").write_bytes(server.chain)
    (folder / "tls.key").write_bytes(server.key)
    (folder / "agencies.crt").write_bytes(authority.pem)
    clients = [
        {"certificate": LISTED, "subject": "agency:customs", "services": ["catalog"]},
        {"certificate": "by common name", "subject": "agency:cn", "services": ["catalog", "terminology"]},
        {"certificate": "second.example", "subject": "agency:second", "services": ["catalog"]},
    ]
    (folder / "agencies.json").write_text(json.dumps({"clients": clients}), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def secured(stack: EmbeddedStack, settings: Settings, folder: Path) -> Iterator[Program]:
    """Run the catalogue and the registry with TLS and a port for agencies."""
    chosen = settings.model_copy(
        update={
            "tls_certificate_file": folder / "tls.crt",
            "tls_key_file": folder / "tls.key",
            "agency_port": 0,
            "agency_authority_file": folder / "agencies.crt",
            "agency_clients_file": folder / "agencies.json",
        }
    )
    composition = Composition(chosen, stack.database_url, embedded_s3(stack, chosen))
    running = composition.program(RUNNING, with_worker=False)
    running.start()
    yield running
    running.stop()


@pytest.fixture
def reach(secured: Program, authority: Authority) -> Iterator[Callable[[Certificate | None], grpc.Channel]]:
    """Return how to reach the agencies' port with a certificate."""
    opened: list[grpc.Channel] = []

    def channel(certificate: Certificate | None) -> grpc.Channel:
        key, chain = (certificate.key, certificate.chain) if certificate else (None, None)
        credentials = grpc.ssl_channel_credentials(authority.pem, key, chain)
        opened.append(grpc.secure_channel(f"localhost:{secured.agency_port}", credentials))
        return opened[-1]

    yield channel
    for one in opened:
        one.close()


LIST_SYSTEMS = method("CatalogService.ListSystems")


def test_a_listed_certificate_is_let_in(reach, authority):
    """An agency's system needs no token, and nobody who has to type one."""
    assert code(call(reach(authority.issue("any", LISTED)), LIST_SYSTEMS)) == "OK"
    assert code(call(reach(authority.issue("by common name")), LIST_SYSTEMS)) == "OK"


def test_it_reaches_only_the_services_listed_for_it(reach, authority):
    """The list is a list of what is allowed."""
    failure = call(reach(authority.issue("any", LISTED)), method("TerminologyService.ListConcepts"))
    assert (code(failure), "agency:customs" in failure.details()) == ("PERMISSION_DENIED", True)
    assert code(call(reach(authority.issue("by common name")), method("TerminologyService.ListConcepts"))) == "OK"


def test_it_has_the_role_of_an_agencys_system_and_no_other(reach, authority):
    """It reads and follows the change logs; it changes nothing."""
    failure = call(reach(authority.issue("any", LISTED)), method("CatalogService.CreateSystem"))
    assert (code(failure), "agency_system" in failure.details()) == ("PERMISSION_DENIED", True)


def test_a_certificate_may_call_exactly_what_its_services_and_its_role_have(reach, authority):
    """Every method of every service that runs here: those listed for it, with the permissions of an agency's system."""
    channel = reach(authority.issue("any", LISTED))
    allowed = ROLE_PERMISSIONS["agency_system"]
    wrong = []
    for to in methods():
        service = to.descriptor.containing_service.file.package.split(".")[1]
        if service not in RUNNING:
            continue
        answered = code(call(channel, to))
        expected = service == "catalog" and to.permission in allowed
        if (answered in ("OK", "INVALID_ARGUMENT", "NOT_FOUND", "FAILED_PRECONDITION")) != expected or (
            not expected and answered != "PERMISSION_DENIED"
        ):
            wrong.append((str(to), answered))
    assert wrong == []


@pytest.mark.parametrize("kind", ["none", "of another authority", "expired"])
def test_no_method_is_reached_without_a_good_certificate(reach, authority, kind):
    """The same cells with a certificate that proves nothing: there is no connection to call on."""
    certificate = {
        "none": None,
        "of another authority": Authority("another").issue("any", LISTED),
        "expired": authority.issue("any", LISTED, until=NOW - DAY),
    }[kind]
    channel = reach(certificate)
    running = [to for to in methods() if to.descriptor.containing_service.file.package.split(".")[1] in RUNNING]
    assert {code(call(channel, to)) for to in running} == {"UNAVAILABLE"}


@pytest.mark.parametrize(
    ("name", "alternatives"), [("stranger", ()), (LISTED, ("stranger.example",)), ("x", (LISTED, "second.example"))]
)
def test_a_certificate_that_is_not_listed_once_proves_nothing(reach, authority, name, alternatives):
    """Not listed, listed only by a common name that alternative names replace, or listed twice."""
    assert code(call(reach(authority.issue(name, *alternatives)), LIST_SYSTEMS)) == "UNAUTHENTICATED"


@pytest.mark.parametrize("kind", ["none", "of another authority", "expired"])
def test_without_a_good_certificate_there_is_no_connection(reach, authority, kind):
    """TLS itself refuses before anything of ours is reached."""
    certificate = {
        "none": None,
        "of another authority": Authority("another").issue("any", LISTED),
        "expired": authority.issue("any", LISTED, until=NOW - DAY),
    }[kind]
    assert code(call(reach(certificate), LIST_SYSTEMS)) == "UNAVAILABLE"


def test_a_token_beside_a_certificate_is_refused(reach, authority, composition):
    """Two proofs of different people would leave open who called."""
    token = composition.local_issuer.issue("li", ["administrator"], 60)
    failure = call(reach(authority.issue("any", LISTED)), LIST_SYSTEMS, metadata=[("authorization", f"Bearer {token}")])
    assert code(failure) == "UNAUTHENTICATED"


def test_the_public_port_asks_for_a_token_as_ever(secured, authority, composition):
    """A certificate proves nothing there, whoever holds it."""
    certificate = authority.issue("any", LISTED)
    credentials = grpc.ssl_channel_credentials(authority.pem, certificate.key, certificate.chain)
    with grpc.secure_channel(f"localhost:{secured.port}", credentials) as channel:
        assert code(call(channel, LIST_SYSTEMS)) == "UNAUTHENTICATED"
        token = composition.local_issuer.issue("li", ["reader"], 60)
        assert code(call(channel, LIST_SYSTEMS, metadata=[("authorization", f"Bearer {token}")])) == "OK"


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("", "the file"),
        ("[]", "the file"),
        ('{"clients": [{}]}', "clients.0.certificate"),
        ('{"clients": [{"certificate": "a", "subject": "b", "services": []}]}', "clients.0.services"),
        ('{"clients": [{"certificate": "a", "subject": "b", "services": ["x"]}]}', "there are"),
        ('{"clients": [{"certificate": "a", "subject": "b", "services": ["gap"], "roles": ["service"]}]}', "service"),
        ('{"clients": [{"certificate": "a", "subject": "b", "services": ["gap"], "roles": ["root"]}]}', "root"),
        ('{"clients": [{"certificate": "a", "subject": "b", "services": ["gap"], "admin": true}]}', "admin"),
        (
            '{"clients": [{"certificate": "a", "subject": "b", "services": ["gap"]},'
            ' {"certificate": "a", "subject": "c", "services": ["gap"]}]}',
            "named twice: a",
        ),
    ],
)
def test_a_list_that_is_wrong_is_refused_with_the_place(tmp_path, content, place):
    """A slip in it must not let anybody in, nor lock everybody out unnoticed."""
    path = tmp_path / "agencies.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(PreconditionError, match="TBT_AGENCY_CLIENTS_FILE") as caught:
        clients_in_file(path, SERVICES)()
    assert place in str(caught.value)
