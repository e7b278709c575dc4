"""Every change and every refusal is on record, and who meddles with the record is found out."""

import hashlib
import json
from collections.abc import Callable, Iterator

import grpc
import psycopg
import pytest
from typer.testing import CliRunner

from services.audit.chain import BEFORE_THE_FIRST, link_hash
from services.cli.__main__ import app
from services.composition import Composition, Program
from services.embedded import EmbeddedStack
from services.program import embedded_s3
from tbt.audit.v1 import audit_service_pb2 as pb
from tbt.audit.v1 import audit_service_pb2_grpc as pb_grpc
from tbt.terminology.v1 import concept_pb2, terminology_service_pb2, terminology_service_pb2_grpc

WAIT_SECONDS = 20


@pytest.fixture
def stub(as_role: Callable[..., grpc.Channel]) -> pb_grpc.AuditServiceStub:
    """Return an auditor's stub."""
    return pb_grpc.AuditServiceStub(as_role("auditor", subject="auditor"))


@pytest.fixture
def editor(as_role: Callable[..., grpc.Channel], unique: Callable[[str], str]) -> tuple[str, grpc.Channel]:
    """Return somebody who changes concepts, and their channel."""
    subject = unique("editor")
    return subject, as_role("terminology_editor", subject=subject)


def create(channel: grpc.Channel, text: str, **changes: object) -> concept_pb2.Concept:
    """Record a concept called *text*."""
    designation = concept_pb2.TermDesignation(language="en", text=text, status=concept_pb2.DESIGNATION_STATUS_PREFERRED)
    concept = concept_pb2.Concept(domain="示例", designations=[designation])
    request = terminology_service_pb2.CreateConceptRequest(concept=concept, **changes)
    return terminology_service_pb2_grpc.TerminologyServiceStub(channel).CreateConcept(request)


def records(stub: pb_grpc.AuditServiceStub, **wanted: object) -> list[pb.AuditRecord]:
    """Return the records wanted, newest first."""
    return list(stub.ListAuditRecords(pb.ListAuditRecordsRequest(**wanted)).records)


def test_a_change_is_on_record_when_it_is_acknowledged(stub, editor, unique):
    """Who, what, which request, and the digests of what was asked and of what came of it."""
    subject, channel = editor
    request_id = "7b0c6f0e-6a5e-4d52-9c1d-0a1b2c3d4e5f"
    made = create(channel, unique("term"), request_id=request_id)
    (record,) = records(stub, principal=subject)
    assert (record.kind, record.service, record.code, list(record.roles)) == (
        pb.AUDIT_KIND_WRITE,
        "terminology",
        "OK",
        ["terminology_editor"],
    )
    assert record.method.endswith("/CreateConcept")
    assert (record.request_id, list(record.targets), record.target_count) == (request_id, [made.name], 1)
    assert record.after_sha256 == hashlib.sha256(made.SerializeToString(deterministic=True)).hexdigest()


def test_the_next_change_names_what_was_there_before(stub, editor, unique):
    """An auditor follows one resource from digest to digest."""
    subject, channel = editor
    made = create(channel, unique("term"))
    changed = terminology_service_pb2_grpc.TerminologyServiceStub(channel).UpdateConcept(
        terminology_service_pb2.UpdateConceptRequest(
            concept=concept_pb2.Concept(name=made.name, subject_field="示例"), update_mask={"paths": ["subject_field"]}
        )
    )
    second, first = records(stub, target=made.name)
    assert second.before_sha256 == first.after_sha256
    assert second.after_sha256 == hashlib.sha256(changed.SerializeToString(deterministic=True)).hexdigest()
    assert (first.before_sha256, [record.principal for record in (first, second)]) == ("", [subject, subject])


def test_what_only_checks_or_is_repeated_leaves_no_further_record(stub, editor, unique):
    """A record stands for a change, not for a call."""
    subject, channel = editor
    term, request_id = unique("term"), "0d9b3f9e-6a5e-4d52-9c1d-0a1b2c3d4e5f"
    create(channel, unique("term"), validate_only=True)
    create(channel, term, request_id=request_id)
    create(channel, term, request_id=request_id)
    assert len(records(stub, principal=subject)) == 1


def refused(stub: pb_grpc.AuditServiceStub, subject: str, count: int) -> list[pb.AuditRecord]:
    """Return the refusals of *subject* on record as soon as there are *count*; each look-up is a wait of its own."""
    for _attempt in range(WAIT_SECONDS * 20):
        found = records(stub, principal=subject, kind=pb.AUDIT_KIND_REFUSAL)
        if len(found) >= count:
            return found
    return records(stub, principal=subject, kind=pb.AUDIT_KIND_REFUSAL)


def test_a_refusal_is_on_record(stub, as_role, unique):
    """Who tried what they may not, and which change was refused and why; reading something that is not there is neither."""
    subject = unique("reader")
    registry = terminology_service_pb2_grpc.TerminologyServiceStub(as_role("reader", subject=subject))
    with pytest.raises(grpc.RpcError):
        registry.CreateConcept(terminology_service_pb2.CreateConceptRequest())
    with pytest.raises(grpc.RpcError):
        registry.GetConcept(terminology_service_pb2.GetConceptRequest(name="concepts/none"))
    writer = terminology_service_pb2_grpc.TerminologyServiceStub(as_role("terminology_editor", subject=subject))
    with pytest.raises(grpc.RpcError):
        writer.CreateConcept(terminology_service_pb2.CreateConceptRequest())
    found = sorted((record.method.rpartition("/")[2], record.code) for record in refused(stub, subject, 2))
    assert found == [("CreateConcept", "INVALID_ARGUMENT"), ("CreateConcept", "PERMISSION_DENIED")]


def test_a_list_of_records_goes_on_where_it_ended(stub, editor, unique):
    """Page by page, none twice."""
    subject, channel = editor
    names = [create(channel, unique("term")).name for _ in range(3)]
    first = stub.ListAuditRecords(pb.ListAuditRecordsRequest(principal=subject, page_size=2))
    rest = stub.ListAuditRecords(
        pb.ListAuditRecordsRequest(principal=subject, page_size=2, page_token=first.next_page_token)
    )
    listed = [record.targets[0] for record in [*first.records, *rest.records]]
    assert (listed, rest.next_page_token) == (names[::-1], "")


def test_only_an_auditor_or_administrator_reads_it(as_role):
    """What others do is for few eyes."""
    with pytest.raises(grpc.RpcError) as caught:
        pb_grpc.AuditServiceStub(as_role("catalogue_editor")).VerifyAudit(pb.VerifyAuditRequest())
    assert caught.value.code() is grpc.StatusCode.PERMISSION_DENIED


def test_anybody_can_compute_the_chain_from_an_export(stub, editor, unique):
    """The rule is simple enough to be checked with any program: hash before, then text."""
    create(editor[1], unique("term"))
    links = [link for piece in stub.ExportAudit(pb.ExportAuditRequest()) for link in piece.links]
    sha256 = BEFORE_THE_FIRST
    for position, link in enumerate(links, 1):
        sha256 = hashlib.sha256(sha256 + link.sealed_text.encode()).digest()
        assert (link.position, link.sha256) == (position, sha256.hex())
    head = stub.VerifyAudit(pb.VerifyAuditRequest())
    assert head.head_position >= links[-1].position


def test_no_service_can_read_or_rewrite_the_record(stack):
    """Who breaks into one service finds nothing of the others', and cannot cover their tracks."""
    with psycopg.connect(stack.database_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SET ROLE tbt_catalog")
        for statement in (
            "SELECT 1 FROM audit.record",
            "UPDATE audit.record SET principal = ''",
            "DELETE FROM audit.record",
            "TRUNCATE audit.record",
            "DELETE FROM audit.unsealed",
            "INSERT INTO audit.link VALUES (1, 1, '')",
        ):
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute(statement)
        connection.execute("SET ROLE tbt_audit")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("UPDATE audit.record SET principal = ''")


@pytest.fixture(scope="module")
def meddled(tmp_path_factory, settings) -> Iterator[tuple[Program, psycopg.Connection, pb_grpc.AuditServiceStub]]:
    """Run the audit service on a database of its own, with five records, as somebody who owns the database sees it."""
    from bearer_token import BearerToken  # noqa: PLC0415
    from services.migrations.run import migrate  # noqa: PLC0415

    with EmbeddedStack(tmp_path_factory.mktemp("meddled")) as stack:
        migrate(stack.database_url)
        composition = Composition(settings, stack.database_url, embedded_s3(stack, settings))
        program = composition.program(("audit",), with_worker=False)
        program.start()
        token = composition.local_issuer.issue("auditor", ["auditor"], 3600)
        channel = grpc.intercept_channel(grpc.insecure_channel(f"127.0.0.1:{program.port}"), BearerToken(token))
        with psycopg.connect(stack.database_url.replace("+psycopg", ""), autocommit=True) as connection:
            for number in range(5):
                connection.execute(
                    "INSERT INTO audit.record (kind, principal, roles, service, method, call_id, request_id, code, reason,"
                    " target, targets, target_count, request_sha256, after_sha256) VALUES ('write', %s, '{}', 'catalog',"
                    " '/示例', '', '', 'OK', '', '', '{}', 0, '', '')",
                    [f"示例 {number}"],
                )
            yield program, connection, pb_grpc.AuditServiceStub(channel)
        program.stop()


MEDDLING = {
    "changed": (
        "UPDATE audit.record SET principal = '别人' WHERE number = 3",
        [(3, 3, pb.AUDIT_FAULT_KIND_RECORD_CHANGED)],
    ),
    "record gone": ("DELETE FROM audit.record WHERE number = 2", [(2, 2, pb.AUDIT_FAULT_KIND_RECORD_MISSING)]),
    "record and link gone": (
        "DELETE FROM audit.link WHERE number = 2; DELETE FROM audit.record WHERE number = 2",
        [(2, 0, pb.AUDIT_FAULT_KIND_PLACE_MISSING), (3, 3, pb.AUDIT_FAULT_KIND_RECORD_CHANGED)],
    ),
    "end cut off": (
        "DELETE FROM audit.link WHERE position = 5; DELETE FROM audit.record WHERE number = 5",
        [(5, 0, pb.AUDIT_FAULT_KIND_RECORD_MISSING)],
    ),
    "slipped in": (
        "ALTER TABLE audit.record DISABLE TRIGGER await_seal;"
        " INSERT INTO audit.record OVERRIDING SYSTEM VALUE SELECT 99, kind, occurred_at, principal, roles, service, method,"
        " call_id, request_id, code, reason, target, targets, target_count, request_sha256, after_sha256"
        " FROM audit.record WHERE number = 1; ALTER TABLE audit.record ENABLE TRIGGER await_seal",
        [(0, 99, pb.AUDIT_FAULT_KIND_NEVER_SEALED)],
    ),
}


@pytest.mark.parametrize("kind", MEDDLING)
def test_meddling_is_found(meddled, kind):
    """Whatever somebody does who owns the database, it shows; a cut-off end to who kept the head."""
    _program, connection, stub = meddled
    head = stub.VerifyAudit(pb.VerifyAuditRequest())
    assert (head.intact, head.sealed_count, head.unsealed_count) == (True, 5, 0)
    statement, expected = MEDDLING[kind]
    connection.execute("CREATE TABLE public.kept_record AS SELECT * FROM audit.record")
    connection.execute("CREATE TABLE public.kept_link AS SELECT * FROM audit.link")
    try:
        connection.execute(statement)
        known = pb.VerifyAuditRequest(known_position=head.head_position, known_sha256=head.head_sha256)
        found = stub.VerifyAudit(known)
        assert (found.intact, [(one.position, one.number, one.kind) for one in found.faults]) == (False, expected)
    finally:
        connection.execute("ALTER TABLE audit.record DISABLE TRIGGER await_seal")
        connection.execute("TRUNCATE audit.record, audit.link")
        connection.execute("INSERT INTO audit.record OVERRIDING SYSTEM VALUE SELECT * FROM public.kept_record")
        connection.execute("INSERT INTO audit.link SELECT * FROM public.kept_link")
        connection.execute("ALTER TABLE audit.record ENABLE TRIGGER await_seal")
        connection.execute("DROP TABLE public.kept_record, public.kept_link")


def test_a_chain_made_anew_differs_from_what_was_kept(meddled):
    """Who changes a record and computes every hash after it is found by whoever kept one hash elsewhere."""
    _program, _connection, stub = meddled
    head = stub.VerifyAudit(pb.VerifyAuditRequest())
    wrong = link_hash(bytes.fromhex(head.head_sha256), "another")
    found = stub.VerifyAudit(pb.VerifyAuditRequest(known_position=5, known_sha256=wrong.hex()))
    assert [one.kind for one in found.faults] == [pb.AUDIT_FAULT_KIND_DIFFERS_FROM_KNOWN]


def test_an_export_that_fails_leaves_no_file_behind(program, composition, tmp_path):
    """Neither one that looks like the chain, nor one that is in the way of the next attempt."""
    to = tmp_path / "audit.jsonl"
    statuses = []
    for role in ("reader", "auditor", "auditor"):
        token = composition.local_issuer.issue(role, [role], 3600)
        options = ["--address", f"127.0.0.1:{program.port}", "--token", token]
        statuses.append(CliRunner().invoke(app, [*options, "audit", "export", str(to)]).exit_code)
        assert to.exists() is (role == "auditor")
    assert statuses == [5, 0, 4]


def test_the_command_line_lists_verifies_and_exports(program, composition, editor, unique, tmp_path):
    """What an auditor does without writing a program."""
    subject, channel = editor
    made = create(channel, unique("term"))
    token = composition.local_issuer.issue("auditor", ["auditor"], 3600)

    def run(*arguments: str) -> str:
        options = ["--address", f"127.0.0.1:{program.port}", "--token", token]
        answered = CliRunner().invoke(app, [*options, "audit", *arguments], env={"COLUMNS": "300"})
        assert answered.exit_code == 0, answered.output
        return answered.stdout

    (listed,) = run("list", "--principal", subject, "--json").splitlines()
    assert json.loads(listed)["targets"] == [made.name]
    assert json.loads(run("verify", "--json"))["intact"] is True
    run("export", str(tmp_path / "audit.jsonl"))
    lines = (tmp_path / "audit.jsonl").read_text(encoding="utf-8").splitlines()
    assert any(made.name in json.loads(json.loads(line)["sealed_text"])["targets"] for line in lines)
