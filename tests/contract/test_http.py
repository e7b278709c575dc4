"""A client that speaks HTTP and JSON, and a browser that speaks gRPC-Web, call every method through a real Envoy."""

import base64
import hashlib
import http.client
import json
import struct
import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from google.protobuf import descriptor_pool
from jsonschema import Draft202012Validator

from services.composition import SERVICES, Composition, Program
from services.embedded.envoy import find_program
from services.gateway import OPERATIONS, full_name
from services.program import http as answering_http
from services.program import write_gateway
from services.runtime.settings import Settings
from standards_tree.errors import PreconditionError
from tbt.catalog.v1 import catalog_service_pb2 as catalog_pb
from tbt.catalog.v1 import standard_pb2

CATALOG = "/tbt.catalog.v1.CatalogService"
DOCUMENTS = "/tbt.documents.v1.DocumentsService"
TRAILERS = 0x80
OPENAPI = json.loads((Path(__file__).parents[2] / "protos" / "openapi.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Answer:
    """What came back over HTTP."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """Return the body as JSON."""
        return json.loads(self.body)


Call = Callable[..., Answer]


@pytest.fixture(scope="module")
def call(program: Program, composition: Composition, settings: Settings) -> Iterator[Call]:
    """Return how to send something to the gateway, as an administrator where no other headers are given."""
    token = composition.local_issuer.issue("web", ["administrator"], 600)
    chosen = settings.model_copy(update={"http_port": 0, "http_origins": ["https://standards.example"]})
    with answering_http(chosen, program, SERVICES) as address:
        host = (address or "").removeprefix("http://")

        def send(path: str, body: Any = None, method: str = "POST", **headers: str) -> Answer:
            connection = http.client.HTTPConnection(host, timeout=30)
            given = {name.replace("_", "-"): value for name, value in headers.items()}
            sent = {"authorization": f"Bearer {token}", "content-type": "application/json", **given}
            payload = body if isinstance(body, bytes | None) else json.dumps(body).encode()
            connection.request(method, path, payload, {name: value for name, value in sent.items() if value})
            answer = connection.getresponse()
            got = {name.lower(): value for name, value in answer.getheaders()}
            return Answer(answer.status, got, answer.read())

        yield send


@pytest.fixture
def standard(call: Call, unique: Callable[[str], str]) -> dict[str, Any]:
    """Return a standard that was made over HTTP."""
    number = int(unique("")[:6], 16) % 900_000 + 100
    given = {"designation": f"T/XXX {number}-2024", "title": {"zh": "示例标准"}, "status": "STANDARD_STATUS_IN_FORCE"}
    made = call(f"{CATALOG}/CreateStandard", {"standard": given})
    assert made.status == 200, made.body
    return made.json


def test_a_json_client_writes_and_reads(call: Call, standard: dict[str, Any]):
    """What one call made the next one finds, by the names of the contract."""
    found = call(f"{CATALOG}/GetStandard", {"name": standard["name"]})
    assert found.status == 200
    assert found.json == standard
    assert found.json["title"] == {"zh": "示例标准"}


def test_a_refusal_comes_as_a_status_with_its_details(call: Call):
    """HTTP's own code says the kind; the body says what and where, in the caller's language."""
    absent = call(f"{CATALOG}/GetStandard", {"name": "standards/absent"}, accept_language="zh-Hans")
    assert absent.status == 404
    assert absent.json["code"] == 5
    assert any("\u4e00" <= letter <= "\u9fff" for letter in absent.json["message"] + str(absent.json["details"]))
    wrong = call(f"{CATALOG}/ListStandards", {"pageSize": -1})
    assert wrong.status == 400
    assert "page_size" in wrong.body.decode()


def test_nobody_gets_in_by_http_without_a_token(call: Call):
    """The gateway adds no way round the services' own door."""
    assert call(f"{CATALOG}/ListStandards", {}, authorization="").status == 401
    assert call(f"{CATALOG}/ListStandards", {}, authorization="Bearer none").status == 401


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/tbt.catalog.v1.CatalogService/NoSuchMethod", {}, 404),
        ("/elsewhere", {}, 404),
        (f"{CATALOG}/GetStandard", b"{", 400),
        (f"{CATALOG}/GetStandard?surprise=1", {}, 400),
    ],
)
def test_what_is_no_call_is_refused(call: Call, path: str, body: Any, status: int):
    """An unknown method, a broken body and a stray parameter reach no service."""
    assert call(path, body).status == status


def test_a_probe_learns_that_the_gateway_runs(call: Call):
    """It asks without a token, and its path is no method."""
    assert call("/healthz", method="GET", authorization="").status == 200
    assert call("/healthzz", method="GET", authorization="").status == 404


def test_a_document_goes_up_and_down_as_json(call: Call):
    """A stream in either direction is an array."""
    content = b"<standard/>" * 1000
    header = {"document": {"fileName": "example.xml", "mediaType": "application/xml"}}
    pieces = [{"header": header}, {"chunk": base64.b64encode(content).decode()}]
    stored = call(f"{DOCUMENTS}/UploadDocument", pieces)
    assert stored.status == 200, stored.body
    assert stored.json["sha256"] == hashlib.sha256(content).hexdigest()
    down = call(f"{DOCUMENTS}/DownloadDocument", {"name": stored.json["name"]})
    assert b"".join(base64.b64decode(piece["chunk"]) for piece in down.json) == content


def frames(body: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield the frames of a gRPC-Web answer."""
    while body:
        flags, length = struct.unpack(">BI", body[:5])
        yield flags, body[5 : 5 + length]
        body = body[5 + length :]


def web(call: Call, name: str, **headers: str) -> dict[int, bytes]:
    """Ask for a standard as a browser's gRPC-Web does; return the frames by their flags."""
    request = catalog_pb.GetStandardRequest(name=name).SerializeToString()
    framed = struct.pack(">BI", 0, len(request)) + request
    answer = call(
        f"{CATALOG}/GetStandard", framed, content_type="application/grpc-web+proto", x_grpc_web="1", **headers
    )
    assert answer.status == 200
    return {TRAILERS: str(answer.headers).encode(), **dict(frames(answer.body))}


def test_a_browser_calls_by_grpc_web(call: Call, standard: dict[str, Any]):
    """Message and status come in frames of the body, as browsers need them."""
    got = web(call, standard["name"])
    assert standard_pb2.Standard.FromString(got[0]).designation == standard["designation"]
    assert b"grpc-status:0" in got[TRAILERS]
    assert b"'grpc-status': '5'" in web(call, "standards/absent")[TRAILERS]


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        ("https://standards.example", True),
        ("http://localhost:5173", True),
        ("https://elsewhere.example", False),
        ("http://localhost.elsewhere.example", False),
    ],
)
def test_only_pages_that_were_named_may_call(call: Call, origin: str, allowed: bool):
    """A browser asks first, and is told no for pages of others."""
    asked = {"origin": origin, "access-control-request-method": "POST", "authorization": ""}
    answer = call(f"{CATALOG}/GetStandard", method="OPTIONS", **asked)
    assert (answer.headers.get("access-control-allow-origin") == origin) is allowed


def described(schema: dict[str, Any]) -> Draft202012Validator:
    """Return what checks an answer against the description."""
    return Draft202012Validator({**schema, "components": OPENAPI["components"]})


def test_the_description_has_every_method():
    """Nothing that can be called is missing in it, and nothing in it cannot be called."""
    pool = descriptor_pool.Default()
    names = [*map(full_name, SERVICES), OPERATIONS]
    callable_paths = {f"/{name}/{method.name}" for name in names for method in pool.FindServiceByName(name).methods}
    assert OPENAPI["paths"].keys() == callable_paths
    assert len(callable_paths) > 150


def test_every_schema_of_the_description_is_one():
    """A generator of clients can read it: sound schemas, and no reference into the void."""
    for name, schema in OPENAPI["components"]["schemas"].items():
        Draft202012Validator.check_schema(schema)
        assert list(described(schema).iter_errors(0)), name
    assert {"description", "properties"} <= OPENAPI["components"]["schemas"]["tbt.catalog.v1.Standard"].keys()


def test_answers_are_as_described(call: Call, standard: dict[str, Any]):
    """An answer and a refusal keep to the description, and the description would notice another field."""
    answers = OPENAPI["paths"][f"{CATALOG}/ListStandards"]["post"]["responses"]
    listed = described(answers["200"]["content"]["application/json"]["schema"])
    page = call(f"{CATALOG}/ListStandards", {"pageSize": 3}).json
    assert page["standards"]
    assert list(listed.iter_errors(page)) == []
    assert list(listed.iter_errors({**page, "surprise": 1}))
    refused = described(OPENAPI["components"]["responses"]["refusal"]["content"]["application/json"]["schema"])
    assert list(refused.iter_errors(call(f"{CATALOG}/GetStandard", {"name": standard["name"] + "x"}).json)) == []


def test_the_envoy_of_a_cluster_takes_what_is_written_for_it(tmp_path: Path):
    """`tbt gateway` writes, out of a deployment's settings, what Envoy starts with: its TLS and that towards the services."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "gateway.example")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now + timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoding = serialization.Encoding.PEM
    private = key.private_bytes(encoding, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "tls.crt").write_bytes(certificate.public_bytes(encoding))
    (tmp_path / "tls.key").write_bytes(private)
    deployed = Settings(
        host="0.0.0.0",  # noqa: S104
        http_port=8443,
        tls_certificate_file=tmp_path / "tls.crt",
        tls_key_file=tmp_path / "tls.key",
        tls_authority_file=tmp_path / "tls.crt",
        token_issuer="https://login.example",  # noqa: S106
        token_jwks_url="https://login.example/keys",  # noqa: S106
        service_addresses=dict.fromkeys(SERVICES, "dns:///core:50051"),
    )
    configuration, _contracts = write_gateway(deployed, tmp_path)
    command = [str(find_program()), "--mode", "validate", "--config-path", str(configuration)]
    checked = subprocess.run(command, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stderr
    incomplete = deployed.model_copy(update={"service_addresses": {"catalog": "dns:///core:50051"}})
    with pytest.raises(PreconditionError, match="TBT_SERVICE_ADDRESSES"):
        write_gateway(incomplete, tmp_path)


def test_the_program_starts_no_envoy_for_other_machines(program: Program, settings: Settings):
    """With TLS a deployment has its own; the refusal says how."""
    chosen = settings.model_copy(update={"http_port": 0, "tls_certificate_file": Path("tls.crt")})
    with pytest.raises(PreconditionError, match="tbt gateway"), answering_http(chosen, program, SERVICES):
        pass
