"""The contract of the catalog service: what a standard is about is recorded, corrected, imported and read out of its text."""

from collections.abc import Callable

import grpc
import pytest

from catalogues import create, new_number, run_import, standard, standard_record
from drafting import bring_to, publish
from refusals import fields_of
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import draft_pb2, life_pb2, search_pb2, standard_pb2
from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc
from uploads import upload

Stub = pb_grpc.CatalogServiceStub
ZH = "本文件规定了示例灯具的限值。本文件适用于示例用途。"
EN = "This document specifies limits of example lamps."
TEXT = """<?xml version="1.0" encoding="UTF-8"?>
<standard><front><std-meta><title-wrap xml:lang="zh"><main>示例灯具</main><full>示例灯具</full></title-wrap>
<title-wrap xml:lang="en"><main>Example lamps</main><full>Example lamps</full></title-wrap></std-meta></front>
<body><sec id="s1" sec-type="scope"><label>1</label><title>范围</title><p>本文件规定了示例灯具的限值。</p>
<sec id="s11"><label>1.1</label><title>适用</title><p>本文件适用于示例用途。</p></sec></sec>
<sec id="s2"><label>2</label><title>要求</title><p>不属于范围的示例。</p></sec></body></standard>""".encode()


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture(scope="module")
def document(channel: grpc.Channel) -> str:
    """Return the name of an uploaded standard."""
    return upload(documents_grpc.DocumentsServiceStub(channel), TEXT).name


def get(stub: Stub, name: str) -> standard_pb2.Standard:
    """Return a standard."""
    return stub.GetStandard(pb.GetStandardRequest(name=name))


def update(stub: Stub, name: str, **fields: object) -> standard_pb2.Standard:
    """Change the scope of a standard."""
    given = standard_pb2.Standard(name=name, **{key: value for key, value in fields.items() if key != "document"})
    document = str(fields.get("document", ""))
    return stub.UpdateStandard(
        pb.UpdateStandardRequest(standard=given, update_mask={"paths": ["scope"]}, document=document)
    )


def test_a_scope_is_recorded_corrected_and_taken_away(grpc_stub: Stub) -> None:
    """Each change is in its history, and changes nothing else."""
    made = create(grpc_stub, f"GB/T {new_number()}-2024", scope={"zh": ZH, "en": EN})
    assert (made.scope.zh, made.scope.en) == (ZH, EN)
    assert get(grpc_stub, made.name) == made
    assert update(grpc_stub, made.name, scope={"en": EN}).scope.zh == ""
    cleared = update(grpc_stub, made.name)
    assert not cleared.HasField("scope")
    assert cleared.title == made.title
    history = grpc_stub.ListStandardHistory(life_pb2.ListStandardHistoryRequest(name=made.name)).changes
    assert [[fact.field for fact in change.facts] for change in history] == [["scope.en"], ["scope.zh"], []]


def test_a_scope_has_a_bounded_length(grpc_stub: Stub) -> None:
    """4,000 characters in each language, and no NUL."""
    with pytest.raises(grpc.RpcError) as refusal:
        create(grpc_stub, f"GB/T {new_number()}-2024", scope={"zh": "长" * 4001})
    assert fields_of(refusal.value) == ["standard.scope.zh"]
    with pytest.raises(grpc.RpcError) as refusal:
        create(grpc_stub, f"GB/T {new_number()}-2024", scope={"zh": "a\0"})
    assert refusal.value.code() == grpc.StatusCode.INVALID_ARGUMENT


def test_lists_leave_scopes_out(grpc_stub: Stub) -> None:
    """A page of them would be longer than a message may be: a thousand standards of two scopes of 4,000 characters."""
    number = new_number()
    create(grpc_stub, f"GB/T {number}-2024", scope={"zh": ZH})
    (listed,) = grpc_stub.ListStandards(pb.ListStandardsRequest(query=number)).standards
    (found,) = grpc_stub.SearchStandards(search_pb2.SearchStandardsRequest(query=number)).hits
    (resolved,) = grpc_stub.ResolveDesignations(pb.ResolveDesignationsRequest(designations=[f"GB/T {number}"])).resolved
    for one in (listed, found.standard, resolved.standard):
        assert one.designation
        assert not one.HasField("scope")


def test_an_import_brings_scopes_and_never_takes_one_away(grpc_stub: Stub, unique: Callable[[str], str]) -> None:
    """A list without scopes leaves them; one with another text replaces it, and says so."""
    designation, system = f"GB/T {new_number()}-2024", f"systems/{unique('s')}"
    for given, expected in ((ZH, ZH), ("", ZH), ("示例。", "示例。")):
        scope = {"scope": {"zh": given}} if given else {}
        response = run_import(grpc_stub, system, [standard_record(designation, **scope)])
        assert get(grpc_stub, designation).scope.zh == expected
    (change,) = response.changes
    assert (change.field, change.before, change.after) == ("scope.zh", ZH, "示例。")


def test_a_standard_is_recorded_with_the_scope_of_its_text(grpc_stub: Stub, document: str) -> None:
    """With the clauses below it, and the title in the other language; what the request gives stands."""
    request = pb.CreateStandardRequest(standard=standard(f"GB/T {new_number()}-2024"), document=document)
    made = grpc_stub.CreateStandard(request)
    assert made.scope.zh == "本文件规定了示例灯具的限值。 本文件适用于示例用途。"
    assert (made.title.zh, made.title.en) == ("示例", "Example lamps")
    request.standard.CopyFrom(standard(f"GB/T {new_number()}-2024", scope={"en": EN}))
    kept = grpc_stub.CreateStandard(request).scope
    assert (kept.zh, kept.en) == ("", EN)


def test_the_scope_of_a_standard_is_taken_from_its_text_later(
    grpc_stub: Stub, document: str, channel: grpc.Channel
) -> None:
    """A text without such a clause is refused."""
    made = create(grpc_stub, f"GB/T {new_number()}-2024")
    assert update(grpc_stub, made.name, document=document).scope.zh.startswith("本文件规定了示例灯具的限值。")
    without = TEXT.replace(b' sec-type="scope"', b"").replace("范围".encode(), "示例".encode())
    bare = upload(documents_grpc.DocumentsServiceStub(channel), without)
    with pytest.raises(grpc.RpcError) as refusal:
        update(grpc_stub, made.name, document=bare.name)
    assert fields_of(refusal.value) == ["document"]


def test_a_published_draft_has_the_scope_of_its_text(grpc_stub: Stub, document: str) -> None:
    """It is read out of the text the draft has when it is published."""
    name = bring_to(grpc_stub, document, draft_pb2.STAGE_APPROVAL)
    made = publish(grpc_stub, name, f"GB/T {new_number()}-2025")
    assert made.standard.scope.zh == "本文件规定了示例灯具的限值。 本文件适用于示例用途。"
    assert get(grpc_stub, made.standard.name).scope == made.standard.scope


def test_scopes_are_exported_as_columns_to_those_who_ask(grpc_stub: Stub) -> None:
    """An analysis of gaps does not; what has changed brings them all the same."""
    made = create(grpc_stub, f"GB/T {new_number()}-2024", scope={"zh": ZH})
    without, asked = (
        list(grpc_stub.ExportCatalog(pb.ExportCatalogRequest(columns=True, scopes=scopes), timeout=60))
        for scopes in (False, True)
    )
    assert not any(piece.HasField("scope_columns") for piece in without)
    found = {
        one: (zh, en)
        for piece in asked
        for one, zh, en in zip(
            piece.scope_columns.ids, piece.scope_columns.scopes_zh, piece.scope_columns.scopes_en, strict=True
        )
    }
    assert found[made.name.removeprefix("standards/")] == (ZH, "")
    assert all(zh or en for zh, en in found.values())
