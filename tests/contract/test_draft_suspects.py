"""The contract of the catalog service: a draft that cites a standard which changes is marked, for its own committee to see."""

from collections.abc import Callable
from typing import Any

import grpc
import pytest

from catalogues import create, day, everything, new_number, reason_of
from drafting import COMMITTEE, attach, discard, register
from tbt.catalog.v1 import catalog_service_pb2 as pb
from tbt.catalog.v1 import catalog_service_pb2_grpc as pb_grpc
from tbt.catalog.v1 import draft_pb2, life_pb2, task_pb2
from tbt.documents.v1 import documents_service_pb2_grpc as documents_grpc
from uploads import upload

Stub = pb_grpc.CatalogServiceStub
AsRole = Callable[..., grpc.Channel]
TEXT = draft_pb2.DOCUMENT_ROLE_TEXT
STS = """<standard xmlns:xlink="http://www.w3.org/1999/xlink"><front><std-meta><title-wrap xml:lang="zh"><main>示例产品</main>
</title-wrap></std-meta></front><body><sec id="s1" sec-type="scope"><label>1</label><title>范围</title><p>示例{extra}。</p></sec>
<sec id="s2" sec-type="norm-refs"><label>2</label><title>规范性引用文件</title><ref-list>{references}</ref-list></sec>
</body></standard>"""


@pytest.fixture(scope="module")
def grpc_stub_cls() -> type[Stub]:
    """Name the service for pytest-grpc."""
    return Stub


@pytest.fixture(scope="module")
def secretary(as_role: AsRole) -> Stub:
    """Return the calls of the secretary of the drafts' committee."""
    return Stub(as_role("committee_secretary", subject="秘书", committee=COMMITTEE))


@pytest.fixture(scope="module")
def stranger(as_role: AsRole) -> Stub:
    """Return the calls of the secretary of another committee."""
    return Stub(as_role("committee_secretary", subject="他人", committee="SAC/TC 998"))


@pytest.fixture
def text(as_role: AsRole) -> Callable[..., str]:
    """Return how to upload a text that cites designations, by the name of the document."""
    documents = documents_grpc.DocumentsServiceStub(as_role("administrator"))

    def named(*designations: str, extra: str = "") -> str:
        entries = [
            f'<ref id="r{number}"><std><std-ref>{one}</std-ref><title>示例</title></std></ref>'
            for number, one in enumerate(designations)
        ]
        return upload(documents, STS.format(references="".join(entries), extra=extra).encode()).name

    return named


def abolish(stub: Stub, name: str) -> None:
    """Abolish a standard."""
    stub.AbolishStandard(pb.AbolishStandardRequest(name=name, ended_on=day("2025-01-01")))


def marks(stub: Stub, draft: str, **fields: Any) -> list[life_pb2.Suspect]:
    """Return the marks on a draft."""
    return everything(stub.ListSuspects, life_pb2.ListSuspectsRequest(draft=draft, page_size=2, **fields), "suspects")


def clear(stub: Stub, *names: str) -> list[life_pb2.Suspect]:
    """Clear marks and return them."""
    return list(stub.ClearSuspects(life_pb2.ClearSuspectsRequest(names=names, reason="引用不受影响")).suspects)


def test_a_draft_that_cites_a_standard_is_marked_when_it_ends(
    grpc_stub: Stub, secretary: Stub, stranger: Stub, text: Callable[..., str]
) -> None:
    """Its committee sees the mark, has it among its tasks and clears it; for others there is neither draft nor mark."""
    target, number = create(grpc_stub, f"GB/T {new_number()}-2018"), new_number()
    draft = register(secretary, document=text(target.designation, f"GB/T {number}"))
    abolish(grpc_stub, target.name)

    (mark,) = marks(secretary, draft.name)
    assert (mark.draft, mark.standard, mark.relation, mark.designation) == (draft.name, "", "", "示例")
    assert (mark.committee, mark.cited, mark.cause) == (COMMITTEE, target.name, life_pb2.SUSPECT_CAUSE_ABOLISHED)
    listed = secretary.ListSuspects(life_pb2.ListSuspectsRequest(committee=COMMITTEE, cited=target.name)).suspects
    assert [one.name for one in listed] == [mark.name]
    tasks = everything(secretary.ListMyTasks, task_pb2.ListMyTasksRequest(page_size=100), "tasks")
    assert [task.resource for task in tasks if task.resource == draft.name and "marks" in task.reason] == [draft.name]

    assert marks(stranger, draft.name, include_cleared=True) == []
    assert list(stranger.ListSuspects(life_pb2.ListSuspectsRequest(cited=target.name)).suspects) == []
    with pytest.raises(grpc.RpcError) as refused:
        clear(stranger, mark.name)
    assert refused.value.code() is grpc.StatusCode.NOT_FOUND

    (cleared,) = clear(secretary, mark.name)
    assert (cleared.cleared_by, cleared.clear_reason) == ("秘书", "引用不受影响")
    assert marks(secretary, draft.name) == []
    assert [one.name for one in marks(secretary, draft.name, include_cleared=True)] == [mark.name]


def test_only_what_the_present_text_cites_counts(grpc_stub: Stub, secretary: Stub, text: Callable[..., str]) -> None:
    """A text without the citation takes the mark with it; the same citation in a new text keeps it."""
    kept, dropped = (create(grpc_stub, f"GB/T {new_number()}-2018") for _ in range(2))
    draft = register(secretary, document=text(kept.designation, dropped.designation)).name
    for target in (kept, dropped):
        abolish(grpc_stub, target.name)
    assert {mark.cited for mark in marks(secretary, draft)} == {kept.name, dropped.name}

    before = {mark.cited: mark.name for mark in marks(secretary, draft)}
    attach(secretary, draft, TEXT, text(kept.designation, extra="二"))

    assert {mark.cited: mark.name for mark in marks(secretary, draft)} == {kept.name: before[kept.name]}


def test_an_undated_citation_is_marked_by_the_edition_that_holds(
    grpc_stub: Stub, secretary: Stub, text: Callable[..., str]
) -> None:
    """A correction of an old edition is nobody's concern; once the draft is given up, nothing is."""
    number = new_number()
    old, new = (create(grpc_stub, f"GB/T {number}-{year}") for year in (2009, 2020))
    draft = register(secretary, document=text(f"GB/T {number}")).name
    grpc_stub.SupersedeStandard(pb.SupersedeStandardRequest(name=old.name, successor=new.name))
    known = [mark.cause for mark in marks(secretary, draft)]
    abolish(grpc_stub, new.name)
    assert [mark.cause for mark in marks(secretary, draft)] == [*known, life_pb2.SUSPECT_CAUSE_ABOLISHED]

    discard(secretary, draft)

    assert marks(secretary, draft) == []
    assert len(marks(secretary, draft, include_cleared=True)) == len(known) + 1


def test_an_editor_of_the_catalogue_does_not_clear_the_marks_of_a_draft(
    grpc_stub: Stub, secretary: Stub, as_role: AsRole, text: Callable[..., str]
) -> None:
    """Only the committee that owns a draft acts on it."""
    target = create(grpc_stub, f"GB/T {new_number()}-2018")
    draft = register(secretary, document=text(target.designation)).name
    abolish(grpc_stub, target.name)
    (mark,) = marks(secretary, draft)

    with pytest.raises(grpc.RpcError) as refused:
        clear(Stub(as_role("catalogue_editor", subject="编辑")), mark.name)

    assert reason_of(refused.value)
    assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED
    assert [one.name for one in marks(secretary, draft)] == [mark.name]
